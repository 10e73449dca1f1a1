@echo off
chcp 936 >nul
setlocal
set PYTHONUTF8=1
cd /d "%~dp0"
title 安装 chainscore

:find
set "FOUND="
for %%V in (3.13 3.12 3.11) do if not defined FOUND py -%%V -c "import sys; sys.exit(sys.maxsize < 2**32)" >nul 2>nul && set "FOUND=py -%%V"
if not defined FOUND python -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13) or sys.maxsize < 2**32)" >nul 2>nul && set "FOUND=python"
if defined FOUND goto install

rem 本文件夹里放有 Python 的安装程序时，就用它；只试一次。
if defined TRIED goto none
set TRIED=1
for %%F in ("python-3*-amd64.exe") do echo 正在启动 %%~nxF，请勾选 Add python.exe to PATH。 & start "" /wait "%%~fF"
set "PATH=%LOCALAPPDATA%\Programs\Python\Launcher;%PATH%"
goto find

:none
echo 没有找到 64 位的 Python 3.11、3.12 或 3.13。
echo 请向单位的信息部门索取安装程序（python-3.12.x-amd64.exe 一类），
echo 放进本文件夹后再运行一次；或先自行安装好，安装时勾选 Add python.exe to PATH。
goto end

:install
echo 使用 %FOUND%，正在安装，约需一分钟……
if exist "program" rmdir /s /q "program"
%FOUND% -m venv "program"
if errorlevel 1 goto failed
"program\Scripts\python.exe" -m pip install --quiet --disable-pip-version-check --no-index --find-links "wheels" --require-hashes -r "requirements.txt"
if errorlevel 1 goto failed
"program\Scripts\python.exe" -m chainscore --version
if errorlevel 1 goto failed
echo.
echo 安装完成。把填报表拖到 检查.bat 或 计分.bat 的图标上即可。
goto end

:failed
echo.
echo 安装没有完成。请把本窗口的内容拍下来交给信息部门。

:end
echo.
pause
