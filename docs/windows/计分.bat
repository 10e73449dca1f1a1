@echo off
chcp 936 >nul
setlocal
set PYTHONUTF8=1
set "PROGRAM=%~dp0program\Scripts\python.exe"
title 计分排名
if not exist "%PROGRAM%" goto missing
if "%~1"=="" goto empty

rem 结果放在第一个文件旁边，已有的不覆盖。
set "OUT=%~dp1结果.xlsx"
set N=1
:name
if not exist "%OUT%" goto named
set /a N+=1
set "OUT=%~dp1结果%N%.xlsx"
goto name
:named

set FILES=
:next
if "%~1"=="" goto run
set FILES=%FILES% "%~1"
shift
goto next

:run
chcp 65001 >nul & "%PROGRAM%" -m chainscore score %FILES% -o "%OUT%" --lang zh & chcp 936 >nul
if exist "%OUT%" start "" "%OUT%"
if not exist "%OUT%" echo 没有计分。请把同样的文件拖到 检查.bat 上，改正后再来。
goto end

:missing
echo 还没有安装。请先双击 安装.bat。
goto end

:empty
echo 请把填好的工作簿，或存放它们的文件夹，拖到本文件的图标上。

:end
echo.
pause
