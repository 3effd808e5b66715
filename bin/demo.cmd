@rem SPDX-License-Identifier: Apache-2.0
@rem
@rem The twin of bin/demo for Windows: demo, or demo --serve [PIPE]. Needs a JDK; clients whose language (node, python,
@rem gcc of mingw-w64) is not on the PATH are skipped.
@echo off
setlocal
cd /d "%~dp0.."
if "%~1"=="clients" goto clients
if not exist target\bin mkdir target\bin
if not exist target\demo mkdir target\demo
call mvnw.cmd -q -B -DskipTests -Dcheckstyle.skip package dependency:build-classpath -DincludeScope=runtime ^
  -Dmdep.outputFile=target\bin\dependencies || exit /b 1
for /f "usebackq delims=" %%d in ("target\bin\dependencies") do set "CLASSES=target\classes;target\test-classes;%%d"
set "PIPE=npipe-demo-%RANDOM%"
if "%~1"=="--serve" goto serve

rem The service ends when its standard input does, that is, with the clients; they write to the console.
del target\demo\failed 2>nul
"%~f0" clients 1>&2 | java -cp "%CLASSES%" dev.npipe.demo.EchoService %PIPE%
if exist target\demo\failed (echo demo: a client failed& exit /b 1)
echo The event bus over a pipe, by java -jar, is tried with:
for %%j in (target\vertx-named-pipe-*-app.jar) do echo   java -jar %%j -conf conf\bridge.json
echo   node src\demo\node\bus.js answer bus chat.hello
echo   python src\demo\python\bus.py ask bus chat.hello you
echo All went well.
exit /b 0

:serve
set "PIPE=npipe-demo"
if not "%~2"=="" set "PIPE=%~2"
echo Connect with: node src\demo\node\client.js echo %PIPE% hello
echo          or: python src\demo\python\client.py echo %PIPE% hello
java -cp "%CLASSES%" dev.npipe.demo.EchoService %PIPE%
exit /b %ERRORLEVEL%

:clients
set LEFT=30
:wait
if exist "\\.\pipe\%PIPE%" goto up
set /a LEFT-=1
if %LEFT%==0 (echo failed>target\demo\failed& echo demo: the service did not come up& exit /b 1)
ping -n 2 127.0.0.1 >nul
goto wait
:up
call :client node src\demo\node\client.js
call :client python src\demo\python\client.py
where gcc >nul 2>nul || (echo skipped: C, because gcc is not on the PATH& exit /b 0)
gcc -O2 -o target\demo\client.exe src\demo\c\client.c -lbcrypt || (echo failed>target\demo\failed& exit /b 1)
call :client target\demo\client.exe
exit /b 0

rem An echo, a transfer, a death without closing, and an echo again.
:client
where %1 >nul 2>nul || if not exist %1 (echo skipped: %1 is not on the PATH& exit /b 0)
%* echo %PIPE% hello-from-%~n1 || echo failed>target\demo\failed
%* transfer %PIPE% 16 || echo failed>target\demo\failed
%* die %PIPE%
%* echo %PIPE% still-there || echo failed>target\demo\failed
exit /b 0
