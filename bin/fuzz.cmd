@echo off
setlocal
rem SPDX-License-Identifier: Apache-2.0
rem The twin of bin/fuzz for Windows.
cd /d "%~dp0.."
set JAZZER_FUZZ=1
call mvnw.cmd -Dcheckstyle.skip test -Dtest=BridgeFuzzTest %*
exit /b %errorlevel%
