@rem SPDX-License-Identifier: Apache-2.0
@rem
@rem The twin of bin/soak for Windows: soak [MINUTES [DRIVER]]. Needs a JDK; clients whose language (node, python, gcc of
@rem mingw-w64) is not on the PATH are left out.
@echo off
setlocal
cd /d "%~dp0.."
set "MINUTES=%~1"
if not defined MINUTES set "MINUTES=10"
set "DRIVER=%~2"
if not defined DRIVER set "DRIVER=SHARED"
if not exist target\bin mkdir target\bin
if not exist target\demo mkdir target\demo
where gcc >nul 2>nul
if errorlevel 1 (
  echo skipped: the clients in C, because gcc is not on the PATH
) else (
  gcc -O2 -o target\demo\probe.exe src\it\c\probe.c -lbcrypt || exit /b 1
  gcc -O2 -mwindows -o target\demo\victim.exe src\it\c\probe.c -lbcrypt || exit /b 1
  gcc -O2 -o target\demo\client.exe src\demo\c\client.c -lbcrypt || exit /b 1
)
call mvnw.cmd -q -B -DskipTests -Dcheckstyle.skip package dependency:build-classpath -DincludeScope=test ^
  -Dmdep.fileSeparator=/ -Dmdep.outputFile=target\bin\dependencies-test || exit /b 1
call bin\lib\arguments.cmd target\bin\dependencies-test target\bin\soak.args
if errorlevel 1 exit /b 1
java -XX:+UseSerialGC -Xmx512m -Djna.nosys=true -Dnpipe.driver=%DRIVER% @target\bin\soak.args dev.npipe.Soak %MINUTES%
exit /b %errorlevel%
