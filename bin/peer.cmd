@rem SPDX-License-Identifier: Apache-2.0
@rem
@rem The twin of bin/peer for Windows: peer [--kind KIND] COMMAND PIPE [NUMBER...]; kinds and commands as there. Builds
@rem each time, unless NPIPE_BUILT is set. PEER_JAVA_OPTS adds JVM options. Needs a JDK.
@echo off
setlocal
cd /d "%~dp0.."
rem As mvnw.cmd: the JVM of JAVA_HOME goes before that of the PATH.
if defined JAVA_HOME set "PATH=%JAVA_HOME%\bin;%PATH%"
set "KIND=npipe"
if not "%~1"=="--kind" goto kind
if "%~2"=="" (echo peer: --kind takes a kind 1>&2& exit /b 2)
set "KIND=%~2"
shift
shift
:kind
set "MAIN="
for %%k in (npipe npipe-shared netsocket http tcp) do if "%KIND%"=="%%k" set "MAIN=dev.npipe.bench.Peer"
for %%k in (ipcsocket ipcsocket-jni docker-java) do if "%KIND%"=="%%k" set "MAIN=dev.npipe.bench.RivalPeer"
if not defined MAIN (echo peer: unknown kind '%KIND%' 1>&2& exit /b 2)
set "PROFILE="
set "SCOPE=runtime"
set "DEPENDENCIES=target\bin\runtime"
if "%MAIN%"=="dev.npipe.bench.RivalPeer" (
  set "PROFILE=-P rivals"
  set "SCOPE=test"
  set "DEPENDENCIES=target\bin\rivals"
)
set "REST="
:rest
if "%~1"=="" goto build
set "REST=%REST% %1"
shift
goto rest

:build
if not defined NPIPE_BUILT (
  if exist %DEPENDENCIES% rmdir /s /q %DEPENDENCIES%
  call mvnw.cmd -q -B %PROFILE% -DskipTests -Dcheckstyle.skip package dependency:copy-dependencies ^
    -DincludeScope=%SCOPE% -DoutputDirectory=%DEPENDENCIES% 1>&2 || exit /b 1
)
java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m -Djna.nosys=true -Dfile.encoding=UTF-8 ^
  -Djava.net.preferIPv4Stack=true %PEER_JAVA_OPTS% -Dkind=%KIND% ^
  -cp "target\classes;target\test-classes;%DEPENDENCIES%\*" %MAIN%%REST%
exit /b %errorlevel%
