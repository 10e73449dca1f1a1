@echo off
chcp 936 >nul
setlocal
set PYTHONUTF8=1
set "PROGRAM=%~dp0program\Scripts\python.exe"
title 检查填报表
if not exist "%PROGRAM%" goto missing
if "%~1"=="" goto empty

rem 退回件放在第一个文件旁边，已有的不覆盖。
set "OUT=%~dp1退回"
set N=1
:name
if not exist "%OUT%" goto named
set /a N+=1
set "OUT=%~dp1退回%N%"
goto name
:named

set FILES=
:next
if "%~1"=="" goto run
set FILES=%FILES% "%~1"
shift
goto next

:run
chcp 65001 >nul & "%PROGRAM%" -m chainscore check %FILES% --annotate "%OUT%" --lang zh & chcp 936 >nul
rem 没有问题时文件夹是空的，删去；有问题时打开。
rd "%OUT%" >nul 2>nul
if exist "%OUT%" start "" "%OUT%"
goto end

:missing
echo 还没有安装。请先双击 安装.bat。
goto end

:empty
echo 请把填好的工作簿，或存放它们的文件夹，拖到本文件的图标上。

:end
echo.
pause
