@echo off
chcp 936 >nul
setlocal
set PYTHONUTF8=1
set "PROGRAM=%~dp0program\Scripts\python.exe"
title 生成填报模板
if not exist "%PROGRAM%" goto missing

rem 拖来上一期填好的工作簿时，结转其本年事项。
set FILES=
:next
if "%~1"=="" goto ask
set FILES=%FILES% --from "%~1"
shift
goto next

:ask
set "PERIOD="
set /p "PERIOD=考核期，如 2026Q1、2026-05 或 2026（直接按回车为当前或下一个考核期）："
if defined PERIOD set PERIOD=--period "%PERIOD:"=%"

rem 模板放在本文件旁边，已有的不覆盖。
set "OUT=%~dp0填报模板.xlsx"
set N=1
:name
if not exist "%OUT%" goto run
set /a N+=1
set "OUT=%~dp0填报模板%N%.xlsx"
goto name

:run
chcp 65001 >nul & "%PROGRAM%" -m chainscore template %PERIOD% %FILES% -o "%OUT%" --lang zh & chcp 936 >nul
if exist "%OUT%" start "" "%OUT%"
goto end

:missing
echo 还没有安装。请先双击 安装.bat。

:end
echo.
pause
