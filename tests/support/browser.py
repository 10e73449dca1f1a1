"""A real Chromium for tests: started headless once, worked through its debugging pipe as a person would work it."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal

from tests.support.processes import end

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MISSING = "Chromium is not installed"
KEYS = {"Enter": ("\r", 13), "Tab": ("", 9), " ": (" ", 32), "ArrowDown": ("", 40)}
"""Key → (the text that it types, its code)."""


@dataclass
class Browser:
    """A running Chromium."""

    to: BinaryIO
    back: BinaryIO
    calls: int = 0

    def call(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        """One command of the DevTools protocol, and what comes of it."""
        self.calls += 1
        command = {"id": self.calls, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        self.to.write(json.dumps(command).encode() + b"\0")
        self.to.flush()
        answer = self.until(lambda message: message.get("id") == self.calls)
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def until(self, is_it: Any) -> dict[str, Any]:
        """The next message that is the one."""
        while True:
            read = bytearray()
            while (byte := self.back.read(1)) != b"\0":
                assert byte, "Chromium has ended"
                read += byte
            message: dict[str, Any] = json.loads(read)
            if is_it(message):
                return message

    def open(self, path: Path, width: int = 1280, height: int = 800, scheme: Literal["light", "dark"] = "light") -> Page:
        """A file in a new tab of so many pixels."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        page.call("Page.enable")
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)
        page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        page.call("Page.navigate", url=path.as_uri())
        self.until(lambda message: message.get("method") == "Page.loadEventFired" and message.get("sessionId") == session)
        return page


@dataclass
class Page:
    """A tab."""

    browser: Browser
    session: str
    requests: list[str] = field(default_factory=list)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self.browser.call(method, self.session, **parameters)

    def ask(self, expression: str) -> Any:
        """What an expression comes to within the page, awaited."""
        told = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def click(self, selector: str) -> None:
        """A click of the left button on the middle of an element."""
        where = "(its => { its.scrollIntoView({block: 'center'}); const box = its.getBoundingClientRect();"
        x, y = self.ask(
            f"{where} return [box.x + box.width / 2, box.y + box.height / 2]; }})(document.querySelector('{selector}'))"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key: str) -> None:
        """A key, down and up again."""
        text, code = KEYS[key]
        for kind in ("keyDown", "keyUp"):
            typed = {"text": text} if text and kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **typed)

    def picture(self, whole: bool = True) -> bytes:
        """What it looks like, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=whole)["data"])

    def printed(self) -> bytes:
        """The page on paper, as PDF."""
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True)["data"])


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Browser]:
    """Chromium with its profile in ``folder``; its processes, all of one group, are gone afterwards."""
    assert PROGRAM is not None
    its_in, to = os.pipe()
    back, its_out = os.pipe()
    options = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        f"--user-data-dir={folder / 'profile'}",
    )
    script = f'exec "$0" "$@" 3<&{its_in} 4>&{its_out}'
    process = subprocess.Popen(
        ["bash", "-c", script, PROGRAM, *options, "--remote-debugging-pipe"],
        pass_fds=(its_in, its_out),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(its_in)
    os.close(its_out)
    try:
        with os.fdopen(to, "wb") as writing, os.fdopen(back, "rb") as reading:
            yield Browser(writing, reading)
    finally:
        end(process)
