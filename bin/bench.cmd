@rem SPDX-License-Identifier: Apache-2.0
@rem
@rem The twin of bin/bench for Windows: bench [RUNS [CASE,... [KIND,...]]], the lists in quotes; cases and kinds as there.
@rem Needs Node.js and a JDK; without gcc (mingw-w64) on the PATH the reference in C is skipped. UNPINNED=1 in the
@rem environment leaves the programs on all CPUs.
@echo off
setlocal
cd /d "%~dp0.."
set "RUNS=%~1"
if not defined RUNS set "RUNS=5"
set "CASES=%~2"
if not defined CASES set "CASES=pingpong-64x1,pingpong-64x50,pingpong-65536x1,stream-65536"
set "KINDS=%~3"
if not defined KINDS set "KINDS=npipe,npipe-shared,raw-c,node"

where node >nul 2>nul || (echo bench: Node.js is not on the PATH, and runs the benchmark& exit /b 1)
if not exist target\bench mkdir target\bench
if not exist target\bin mkdir target\bin
where gcc >nul 2>nul
if errorlevel 1 (
  echo skipped: raw-c, because gcc is not on the PATH
  call set "KINDS=%%KINDS:,raw-c=%%"
) else (
  gcc -O2 -o target\bench\peer.exe src\bench\c\peer.c src\bench\c\server.c src\bench\c\client.c || exit /b 1
)
set "PROFILE="
echo %KINDS% | findstr "ipcsocket docker-java" >nul && set "PROFILE=-P rivals"
if defined PROFILE call mvnw.cmd -q -B -P rivals dependency:build-classpath -DincludeScope=test ^
  -Dmdep.outputFile=target\bin\dependencies-rivals || exit /b 1
call mvnw.cmd -q -B %PROFILE% -DskipTests -Dcheckstyle.skip package dependency:build-classpath -DincludeScope=runtime ^
  -Dmdep.outputFile=target\bin\dependencies || exit /b 1
set "PIN=/affinity 1"
if defined UNPINNED set "PIN="
start "" /b /wait %PIN% node src\bench\node\bench.js %RUNS% %KINDS% %CASES%
set "OUTCOME=%errorlevel%"
node src\bench\node\table.js target\bench\results.txt
exit /b %OUTCOME%
