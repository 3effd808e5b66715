@rem SPDX-License-Identifier: Apache-2.0
@rem
@rem The twin of bin/soak for Windows: soak [MINUTES [DRIVER]]. Needs a JDK; clients whose language (node, python, gcc
@rem of mingw-w64) is not on the PATH are left out.
@echo off
setlocal
cd /d "%~dp0.."
rem As mvnw.cmd: the JVM of JAVA_HOME goes before that of the PATH.
if defined JAVA_HOME set "PATH=%JAVA_HOME%\bin;%PATH%"
set "MINUTES=%~1"
if not defined MINUTES set "MINUTES=10"
set "DRIVER=%~2"
if not defined DRIVER set "DRIVER=SHARED"
if not exist target\demo mkdir target\demo
where gcc >nul 2>nul
if errorlevel 1 (
  echo skipped: the clients in C, because gcc is not on the PATH
) else (
  gcc -O2 -o target\demo\probe.exe src\it\c\probe.c -lbcrypt || exit /b 1
  gcc -O2 -mwindows -o target\demo\victim.exe src\it\c\probe.c -lbcrypt || exit /b 1
  gcc -O2 -o target\demo\client.exe src\demo\c\client.c -lbcrypt || exit /b 1
)
if exist target\bin\test rmdir /s /q target\bin\test
call mvnw.cmd -q -B -DskipTests -Dcheckstyle.skip package dependency:copy-dependencies -DincludeScope=test ^
  -DoutputDirectory=target\bin\test || exit /b 1
java -XX:+UseSerialGC -Xmx512m -Djna.nosys=true -Dnpipe.driver=%DRIVER% ^
  -cp "target\classes;target\test-classes;target\bin\test\*" dev.npipe.Soak %MINUTES%
exit /b %errorlevel%
