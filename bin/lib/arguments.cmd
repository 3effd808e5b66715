@rem SPDX-License-Identifier: Apache-2.0
@rem
@rem arguments DEPENDENCIES FILE: writes the class path, this project's and that in the file DEPENDENCIES, as arguments for
@rem java @FILE: a line of cmd.exe ends at 8,191 characters, which a class path may exceed. In quotes java takes a backslash
@rem for an escape, so the file has to have slashes (mdep.fileSeparator). Run from the project folder.
@echo off
>"%~2.head" echo -cp "target/classes;target/test-classes;\
>"%~2.tail" echo "
copy /b "%~2.head"+"%~1"+"%~2.tail" "%~2" >nul
exit /b %errorlevel%
