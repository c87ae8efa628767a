@echo off
rem Starts tailrace. JAVA_HOME chooses the Java to use; TAILRACE_JAVA_OPTS adds to its options.
setlocal enabledelayedexpansion

set "home=%~dp0.."
if defined JAVA_HOME (
  set "java=%JAVA_HOME%\bin\java.exe"
  if not exist "!java!" (
    echo tailrace: JAVA_HOME is %JAVA_HOME%, but there is no !java! 1>&2
    exit /b 1
  )
) else (
  set "java=java.exe"
  where /q java.exe
  if errorlevel 1 (
    echo tailrace: no java found; install Java 17 or newer, or set JAVA_HOME 1>&2
    exit /b 1
  )
)

rem Each worker has its buffers: 16 MB and 24 MB for each, of which there are at most eight unless -parallelism says more.
set "workers=%NUMBER_OF_PROCESSORS%"
if not defined workers set "workers=2"
if %workers% gtr 8 set "workers=8"
set /a heap=24+24*%workers%
if %heap% lss 72 set "heap=72"

set "classpath=%home%\lib\*"
for /d %%b in ("%home%\backends\*") do set "classpath=!classpath!;%%b\*"

setlocal disabledelayedexpansion
"%java%" -XX:+UseSerialGC -Xmx%heap%m -XX:MaxDirectMemorySize=36m -XX:CompileThresholdScaling=5 -Xshare:auto --enable-native-access=ALL-UNNAMED -Dfile.encoding=UTF-8 -Dhttp.maxConnections=64 %TAILRACE_JAVA_OPTS% -cp "%classpath%" dev.tailrace.cli.Main %*
exit /b %errorlevel%
