@rem SPDX-License-Identifier: Apache-2.0
@rem
@rem The twin of bin/bench for Windows; cases and kinds as there.
@rem
@rem   bench [RUNS [CASE,... [KIND,... [FILE]]]]    the lists in quotes; FILE is written the medians to as JSON
@rem   bench bridge [ROUNDS [SECONDS]]              the event-bus bridge beside the one over TCP
@rem
@rem Needs a JDK, and Node.js but for the bridge; without gcc (mingw-w64) on the PATH the reference in C is skipped.
@rem UNPINNED=1 in the environment leaves the programs on all CPUs.
@echo off
setlocal
set "JSON="
if not "%~4"=="" set "JSON=%~f4"
cd /d "%~dp0.."
rem As mvnw.cmd: the JVM of JAVA_HOME goes before that of the PATH.
if defined JAVA_HOME set "PATH=%JAVA_HOME%\bin;%PATH%"
set "PIN=/affinity 1"
if defined UNPINNED set "PIN="
if "%~1"=="bridge" goto bridge
set "RUNS=%~1"
if not defined RUNS set "RUNS=5"
set "CASES=%~2"
if not defined CASES set "CASES=pingpong-64x1,pingpong-64x50,pingpong-65536x1,stream-65536"
set "KINDS=%~3"
if not defined KINDS set "KINDS=npipe,npipe-shared,raw-c,node"

where node >nul 2>nul || (echo bench: Node.js is not on the PATH, and runs the benchmark& exit /b 1)
if not exist target\bench mkdir target\bench
where gcc >nul 2>nul
if errorlevel 1 (
  echo skipped: raw-c, because gcc is not on the PATH
  call set "KINDS=%%KINDS:,raw-c=%%"
) else (
  gcc -O2 -o target\bench\peer.exe src\bench\c\peer.c src\bench\c\server.c src\bench\c\client.c || exit /b 1
)
set "PROFILE="
echo %KINDS% | findstr "ipcsocket docker-java" >nul && set "PROFILE=-P rivals"
for %%d in (runtime rivals) do if exist target\bin\%%d rmdir /s /q target\bin\%%d
if defined PROFILE call mvnw.cmd -q -B -P rivals dependency:copy-dependencies -DincludeScope=test ^
  -DoutputDirectory=target\bin\rivals || exit /b 1
call mvnw.cmd -q -B %PROFILE% -DskipTests -Dcheckstyle.skip package dependency:copy-dependencies ^
  -DincludeScope=runtime -DoutputDirectory=target\bin\runtime || exit /b 1
start "" /b /wait %PIN% node src\bench\node\bench.js %RUNS% %KINDS% %CASES%
set "OUTCOME=%errorlevel%"
node src\bench\node\table.js target\bench\results.txt
if defined JSON node src\bench\node\table.js --json target\bench\results.txt >"%JSON%" || exit /b 1
exit /b %OUTCOME%

:bridge
set "ROUNDS=%~2"
if not defined ROUNDS set "ROUNDS=5"
set "SECONDS=%~3"
if not defined SECONDS set "SECONDS=2"
if exist target\bin\test rmdir /s /q target\bin\test
call mvnw.cmd -q -B -DskipTests -Dcheckstyle.skip package dependency:copy-dependencies -DincludeScope=test ^
  -DoutputDirectory=target\bin\test || exit /b 1
start "" /b /wait %PIN% java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m -Djna.nosys=true -Dfile.encoding=UTF-8 ^
  -Djava.net.preferIPv4Stack=true -cp "target\classes;target\test-classes;target\bin\test\*" ^
  dev.npipe.bench.BridgeBench %ROUNDS% %SECONDS%
exit /b %errorlevel%
