@echo off
rem Runs a release, or what has been built of a checkout. Needs a JDK, 17 or newer, unless the release brings one.
setlocal
set "home=%~dp0"
set "home=%home:~0,-1%"
set "lib=%home%\lib"
if not exist "%lib%" set "lib=%home%\lab\target\lib"
if not exist "%lib%" (
    echo sidestep: nothing is built here; run: mvnw.cmd -q -Dquick -Dmaven.test.skip=true -pl lab -am package 1>&2
    exit /b 2
)
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
if exist "%home%\runtime\bin\java.exe" set "java=%home%\runtime\bin\java"
rem Cells run many pieces of code, each seldom: the slower compiler begins late. What is booted runs few often.
set "later=-XX:Tier4InvocationThreshold=320000 -XX:Tier4MinInvocationThreshold=38400"
set "later=%later% -XX:Tier4CompileThreshold=960000 -XX:Tier4BackEdgeThreshold=2560000"
rem Ways out of translated code are taken seldom, but nearly all some time: none throws away what has been compiled.
if "%~1"=="boot" set "later=-XX:+UnlockExperimentalVMOptions -XX:PerMethodTrapLimit=0"
if "%~1"=="debug" set "later=-XX:+UnlockExperimentalVMOptions -XX:PerMethodTrapLimit=0"
"%java%" -XX:+UseSerialGC -Xmn200m %later% "-Dsidestep.home=%home%" -Dsidestep.terminal=false -cp "%lib%\*" org.sidestep.lab.cli.Main %*
exit /b %ERRORLEVEL%
