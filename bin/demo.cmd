@rem SPDX-License-Identifier: Apache-2.0
@rem
@rem The twin of bin/demo for Windows: demo, or demo --serve [PIPE]. Needs a JDK; clients whose language (node, python,
@rem gcc of mingw-w64) is not on the PATH are skipped, and without any of them it fails.
@echo off
setlocal
cd /d "%~dp0.."
rem As mvnw.cmd: the JVM of JAVA_HOME goes before that of the PATH.
if defined JAVA_HOME set "PATH=%JAVA_HOME%\bin;%PATH%"
rem Windows comes with a python that only says where to get one.
set "NO_PYTHON="
python -c "" >nul 2>nul || set "NO_PYTHON=true"
if "%~1"=="large" goto largest
if "%~1"=="clients" goto clients
if not exist target\demo mkdir target\demo
if exist target\bin\runtime rmdir /s /q target\bin\runtime
call mvnw.cmd -q -B -DskipTests -Dcheckstyle.skip package dependency:copy-dependencies -DincludeScope=runtime ^
  -DoutputDirectory=target\bin\runtime || exit /b 1
rem Copies, by a wildcard: a line ends at 8,191 characters, and java @FILE may not read the name of a user's folder.
set CLASSES=-cp "target\classes;target\test-classes;target\bin\runtime\*"
set "PIPE=npipe-demo-%RANDOM%"
if "%~1"=="--serve" goto serve

rem The service ends when its standard input does, that is, with the clients; they write to the console.
del target\demo\failed target\demo\driven 2>nul
bin\demo.cmd clients 1>&2 | java %CLASSES% dev.npipe.demo.EchoService %PIPE%
if errorlevel 1 (echo demo: the service failed& exit /b 1)
if exist target\demo\failed (echo demo: a client failed& exit /b 1)
if not exist target\demo\driven (echo demo: no client was driven, for want of node, python or gcc& exit /b 1)

where node >nul 2>nul || (echo skipped: the event bus over a pipe, because node is not on the PATH& goto well)
if defined NO_PYTHON (echo skipped: the event bus over a pipe, because no python on the PATH runs& goto well)
echo The event bus over a pipe, by java -jar:
for %%j in (target\vertx-named-pipe-*-app.jar) do node src\demo\node\jar.js %%j %PIPE%-bus || exit /b 1
:well
echo All went well.
exit /b 0

:serve
set "PIPE=npipe-demo"
if not "%~2"=="" set "PIPE=%~2"
echo Connect with: node src\demo\node\client.js echo %PIPE% hello
echo          or: python src\demo\python\client.py echo %PIPE% hello
java %CLASSES% dev.npipe.demo.EchoService %PIPE%
exit /b %ERRORLEVEL%

:clients
set LEFT=30
:wait
rem In the list of pipes, where there is one: to ask for the pipe itself may take an instance.
for /f "delims=" %%p in ('dir /b \\.\pipe\\ 2^>nul') do if /i "%%p"=="%PIPE%" goto up
if exist "\\.\pipe\%PIPE%" goto up
set /a LEFT-=1
if %LEFT%==0 (echo failed>target\demo\failed& echo demo: the service did not come up& exit /b 1)
ping -n 2 127.0.0.1 >nul
goto wait
:up
set "FIRST="
set "LAST="
call :client node src\demo\node\client.js
if defined NO_PYTHON (echo skipped: python, because none on the PATH runs& goto c)
call :client python src\demo\python\client.py
:c
where gcc >nul 2>nul || (echo skipped: C, because gcc is not on the PATH& goto both)
gcc -O2 -o target\demo\client.exe src\demo\c\client.c -lbcrypt || (echo failed>target\demo\failed& exit /b 1)
call :client target\demo\client.exe
:both
if not defined FIRST exit /b 1

rem Two at once: a large transfer goes on while a small one comes and goes.
del target\demo\first.done 2>nul
start "" /b cmd /c bin\demo.cmd large
%LAST% transfer %PIPE% 8 || echo failed>target\demo\failed
set LEFT=120
:large
if exist target\demo\first.done exit /b 0
set /a LEFT-=1
if %LEFT%==0 (echo failed>target\demo\failed& echo demo: the large transfer did not end& exit /b 1)
ping -n 2 127.0.0.1 >nul
goto large

rem What is started beside the small transfer, with the variables of this script.
:largest
%FIRST% transfer %PIPE% 256 || echo failed>target\demo\failed
echo done>target\demo\first.done
exit /b 0

rem An echo, a transfer, a death without closing, and an echo again.
:client
where %1 >nul 2>nul || if not exist %1 (echo skipped: %1 is not on the PATH& exit /b 0)
if not defined FIRST set "FIRST=%*"
set "LAST=%*"
echo %1>>target\demo\driven
%* echo %PIPE% hello-from-%~n1 || echo failed>target\demo\failed
%* transfer %PIPE% 16 || echo failed>target\demo\failed
%* die %PIPE%
%* echo %PIPE% still-there || echo failed>target\demo\failed
exit /b 0
