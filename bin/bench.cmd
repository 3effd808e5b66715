@rem SPDX-License-Identifier: Apache-2.0
@rem
@rem The twin of bin/bench for Windows: bench [RUNS [CASE,...]], the list of cases in quotes. Needs Node.js and a JDK;
@rem without gcc (mingw-w64) on the PATH the reference in C is skipped.
@echo off
setlocal
cd /d "%~dp0.."
set "RUNS=%~1"
if not defined RUNS set "RUNS=5"
set "CASES=%~2"
if not defined CASES set "CASES=pingpong-64x1,pingpong-64x50,pingpong-65536x1,stream-65536"
set "KINDS=npipe,node"

where node >nul 2>nul || (echo bench: Node.js is not on the PATH, and runs the benchmark& exit /b 1)
if not exist target\bench mkdir target\bench
if not exist target\bin mkdir target\bin
where gcc >nul 2>nul
if errorlevel 1 (
  echo skipped: raw-c, because gcc is not on the PATH
) else (
  gcc -O2 -o target\bench\peer.exe src\bench\c\peer.c src\bench\c\server.c src\bench\c\client.c || exit /b 1
  set "KINDS=npipe,raw-c,node"
)
call mvnw.cmd -q -B -DskipTests -Dcheckstyle.skip package dependency:build-classpath -DincludeScope=runtime ^
  -Dmdep.outputFile=target\bin\dependencies || exit /b 1
start "" /b /wait /affinity 1 node src\bench\node\bench.js %RUNS% %KINDS% %CASES% || exit /b 1
node src\bench\node\table.js target\bench\results.txt
