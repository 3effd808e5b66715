@echo off
setlocal
rem SPDX-License-Identifier: Apache-2.0
rem Proves the library on Windows: builds, and runs every test in this machine's own JVM.
rem Needs a JDK; tests with clients whose language (node, python, gcc of mingw-w64) is not on the PATH are skipped.
cd /d "%~dp0.."
if not exist target\demo mkdir target\demo
where gcc >nul 2>nul
if errorlevel 1 (
  echo skipped: the clients in C, because gcc is not on the PATH
) else (
  gcc -O2 -o target\demo\client.exe src\demo\c\client.c -lbcrypt || exit /b 1
  gcc -O2 -o target\demo\probe.exe src\it\c\probe.c -lbcrypt || exit /b 1
  gcc -O2 -mwindows -o target\demo\victim.exe src\it\c\probe.c -lbcrypt || exit /b 1
  gcc -O2 -o target\demo\identity.exe src\it\c\identity.c -lbcrypt || exit /b 1
  gcc -O2 -o target\demo\token.exe src\it\c\token.c || exit /b 1
)
call mvnw.cmd verify %* || exit /b 1
rem What only bin/bench runs is compiled too.
call mvnw.cmd -q -Privals,jmh -Dcheckstyle.skip test-compile
exit /b %errorlevel%
