"""Kills the program with SIGKILL at random moments, again and again: every output is whole or as it was, every input untouched.

python tests/support/crash.py TRIALS [SEED]
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

SAMPLES = Path(__file__).parent.parent.parent / "sample_data"
COMMANDS = (("score", "in.xlsx", "--force", "-o", "out.xlsx"), ("template", "--period", "2023Q2", "--force", "-o", "out.xlsx"))
OLD = b"an older workbook " * 1000


def start(arguments: tuple[str, ...]) -> int:
    """The program in a process of its own, which has all modules already, so that the moments fall into its work."""
    child = os.fork()
    if child == 0:
        with open(os.devnull, "w") as nothing:  # noqa: PTH123 - a descriptor is wanted
            os.dup2(nothing.fileno(), 1)
            os.dup2(nothing.fileno(), 2)
        code = 2
        try:
            from chainscore.commands.app import run

            code = run(arguments)
        finally:
            os._exit(code)
    return child


def trial(arguments: tuple[str, ...], old: bytes | None, new: bytes, seconds: float) -> str:
    """One run that is killed after ``seconds``; what became of its output."""
    target, source = Path("out.xlsx"), Path("in.xlsx")
    before = source.read_bytes()
    target.unlink(missing_ok=True)
    if old is not None:
        target.write_bytes(old)
    child = start(arguments)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    left = target.read_bytes() if target.exists() else None
    assert left in (old, new), f"{arguments[0]} killed after {seconds} s: {len(left or b'')} bytes"
    assert source.read_bytes() == before
    return "new" if left == new else "old" if left is not None else "absent"


def main(trials: int, seed: int) -> None:
    """Run all trials in a folder of their own and print how many left what."""
    chance = random.Random(seed)
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        shutil.copy(SAMPLES / "q2-2023.xlsx", "in.xlsx")
        import pandas  # noqa: F401 - so that no child needs the time

        whole = {}
        for arguments in COMMANDS:
            began = time.monotonic()
            assert os.waitpid(start(arguments), 0)[1] == 0
            whole[arguments] = Path("out.xlsx").read_bytes(), time.monotonic() - began
        for number in range(trials):
            arguments = COMMANDS[number % len(COMMANDS)]
            new, seconds = whole[arguments]
            # Every second moment falls close to the end, where the output is written.
            moment = chance.uniform(0, 1.1) if number % 4 < 2 else chance.uniform(0.85, 1.1)
            found[trial(arguments, OLD if chance.random() < 0.5 else None, new, moment * seconds)] += 1
        leftovers = [path.name for path in Path().iterdir() if path.name not in ("in.xlsx", "out.xlsx")]
        assert all(name.startswith(".out.xlsx.") and name.endswith(".part") for name in leftovers), leftovers
    print(f"{trials} trials: {dict(found)}, {len(leftovers)} leftovers")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6))
