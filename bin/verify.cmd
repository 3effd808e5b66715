@echo off
rem SPDX-License-Identifier: Apache-2.0
rem Proves the library on Windows: builds, and runs every test in this machine's own JVM.
cd /d "%~dp0.."
call mvnw.cmd verify %* || exit /b 1
rem What only bin/bench runs is compiled too.
call mvnw.cmd -q -Privals,jmh -Dcheckstyle.skip test-compile
exit /b %errorlevel%
