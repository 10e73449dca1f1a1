"""Measures the program on the sample quarter against the start of Python and of the libraries it stands on.

python benchmarks/run.py

Whole processes, run by turns, so that whatever else the machine does falls on all of them alike; medians, as ratios.
Ends in exit code 1 where a reach is missed.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample_data" / "q2-2023.xlsx"
ROUNDS = 9
MIB = 1024 * 1024
RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""What ru_maxrss counts in, in bytes."""


@dataclass(frozen=True)
class Run:
    """One process that ran to its end."""

    seconds: float
    peak: int
    """Its largest resident memory, in bytes."""


@dataclass(frozen=True)
class Ratio:
    """A measure: one process's time by another's, and what it must not exceed, if anything."""

    measured: str
    by: str
    reach: float | None = None


MOST_MEMORY = 180 * MIB
RATIOS = (
    Ratio("score", "imports", 1.8),
    Ratio("check", "imports"),
    Ratio("--help", "imports", 0.35),
    Ratio("--version", "nothing"),
)


def commands(results: Path) -> dict[str, list[str]]:
    """Name → the process that is measured under it."""
    program = [sys.executable, "-m", "chainscore"]
    return {
        "nothing": [sys.executable, "-c", "pass"],
        "imports": [sys.executable, "-c", "import typer, rich, openpyxl, pandas"],
        "score": [*program, "score", str(SAMPLE), "-o", str(results), "--force"],
        "check": [*program, "check", str(SAMPLE)],
        "--help": [*program, "--help"],
        "--version": [*program, "--version"],
    }


def run(command: Sequence[str]) -> Run:
    """Run a process to its end; raises CalledProcessError where it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, list(command))
    return Run(seconds, usage.ru_maxrss * RSS_UNIT)


def measure(rounds: int = ROUNDS) -> dict[str, list[Run]]:
    """All processes by turns, ``rounds`` times, after a round that fills the caches and is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        named = commands(Path(folder) / "results.xlsx")
        for command in named.values():
            run(command)
        runs: dict[str, list[Run]] = {name: [] for name in named}
        for _ in range(rounds):
            for name, command in named.items():
                runs[name].append(run(command))
    return runs


def table(runs: Mapping[str, Sequence[Run]]) -> tuple[list[tuple[str, str, str, str]], bool]:
    """(measure, figure, reach, ok or missed) for each measure, and whether all are within reach."""
    times = {name: statistics.median(each.seconds for each in some) for name, some in runs.items()}
    rows = []
    within = True
    for ratio in RATIOS:
        figure = times[ratio.measured] / times[ratio.by]
        told = "" if ratio.reach is None else "ok" if figure <= ratio.reach else "missed"
        within = within and told != "missed"
        reach = "" if ratio.reach is None else f"{ratio.reach:.2f}"
        rows.append((f"{ratio.measured} / {ratio.by}", f"{figure:.2f}", reach, told))
    peak = max(each.peak for each in runs["score"])
    told = "ok" if peak <= MOST_MEMORY else "missed"
    rows.append(("score, peak memory in MiB", f"{peak / MIB:.0f}", f"{MOST_MEMORY // MIB}", told))
    rows.extend((f"{name}, seconds", f"{seconds:.2f}", "", "") for name, seconds in times.items())
    return rows, within and told == "ok"


def main() -> None:
    """Measure and print."""
    rows, within = table(measure())
    print(f"Medians of {ROUNDS}, by turns, Python {sys.version.split()[0]}.")
    print(f"{'measure':<28}{'figure':>8}{'reach':>8}")
    for name, figure, reach, told in rows:
        print(f"{name:<28}{figure:>8}{reach:>8}  {told}".rstrip())
    raise SystemExit(0 if within else 1)


if __name__ == "__main__":
    main()
