"""The program in processes of its own, within 10 seconds of the processor and 1 GiB of address space, without starting Python anew for each.

``python -m tests.support.forked`` imports the program once and forks for every command line that it is given; ``Forked`` talks to it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 10
LONGEST_WAIT = 30 * SECONDS
"""For what waits instead of working; other processes may have the processor meanwhile."""
MEMORY = 1024**3


@dataclass(frozen=True)
class Ended:
    """How a command line ended."""

    code: int
    """The exit code; minus the signal's number where one ended it."""
    out: str
    err: str
    seconds: float
    peak: int
    """Resident memory in MiB at most."""

    @property
    def decent(self) -> bool:
        """It answered as it should whatever it was given."""
        return self.code in (0, 1, 2) and "Traceback" not in self.err and "internal" not in self.err.casefold()


class Forked:
    """A server that runs command lines, one after another."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, *arguments: object) -> Ended:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(argument) for argument in arguments]) + "\n")
        self._process.stdin.flush()
        return Ended(**json.loads(self._process.stdout.readline()))


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Forked]:
    """A server at work in ``folder``."""
    environment = {
        **os.environ,
        "OPENBLAS_NUM_THREADS": "1",  # each thread's stack counts against the address space
        "PYTHONPATH": str(ROOT),
        "CHAINSCORE_LANG": "en",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.forked"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        cwd=folder,
        env=environment,
    ) as process:
        try:
            yield Forked(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=60)


def _serve() -> None:
    import pandas  # noqa: F401 - what every command comes to, so that a fork has it
    import python_calamine  # noqa: F401
    import xlsxwriter  # noqa: F401

    gc.freeze()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_forked(json.loads(line)), ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _forked(arguments: Sequence[str]) -> dict[str, Any]:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.monotonic()
        pid = os.fork()
        if pid == 0:
            _run(arguments, out.fileno(), err.fileno())
        _, status, usage = os.wait4(pid, 0)
        seconds = time.monotonic() - started
        out.seek(0)
        err.seek(0)
        return {
            "code": os.waitstatus_to_exitcode(status),
            "out": out.read().decode("utf-8", "replace"),
            "err": err.read().decode("utf-8", "replace"),
            "seconds": seconds,
            "peak": usage.ru_maxrss // 1024,
        }


def _run(arguments: Sequence[str], out: int, err: int) -> None:
    code = 70
    try:
        os.dup2(out, 1)
        os.dup2(err, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        signal.alarm(LONGEST_WAIT)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        from chainscore.__main__ import main

        sys.argv = ["chainscore", *arguments]
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 70
    except BaseException as error:  # noqa: BLE001 - whatever it is, the test is to hear of it
        os.write(2, f"Traceback: {error!r}".encode())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()
