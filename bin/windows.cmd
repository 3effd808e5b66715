@echo off
rem SPDX-License-Identifier: Apache-2.0
rem Runs a program of this Windows machine; the twin of bin/windows.
if "%~1"=="--prepare" exit /b 0
%*
