"""Measures the program in whole processes, by turns with what it is held against; writes the figures into docs/benchmarks.md.

python benchmarks/run.py [--quick]

By turns, so that whatever else the machine does falls on all alike; medians, as ratios of one run. The long and the many
workbooks are made first, in a folder that is removed at the end. ``--quick`` measures the sample quarter alone and writes
nothing. Ends in exit code 1 where a reach is missed.
"""

from __future__ import annotations

import compileall
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample_data" / "q2-2023.xlsx"
PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures: make bench writes them -->", "<!-- end of figures -->"
MIB = 1024 * 1024
RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""What ru_maxrss counts in, in bytes."""
LONG, LONGER = 100_000, 1_000_000
MANY = 500
CHINA = 2843 * 4
"""Workbooks of a year: 2,843 counties, four quarters."""
LIMITS = [part for limit in ("file=200", "unpacked=1000", "part=1000", "cells=20000000") for part in ("--limit", limit)]
CORES = os.cpu_count() or 1
PROCESSES = max(CORES, 2)
SCORED = """
import gc, sys
gc.disable()
from pathlib import Path
from chainscore.scoring.appraisal import appraise
from chainscore.method.rulebook import load_rulebook
from chainscore.words.texts import messages
messages()  # which the table on the console needs as well
book = load_rulebook()
appraisal = appraise([Path(sys.argv[1])], book)
"""
WRITTEN = """
from chainscore.results.workbook import write_results
write_results(appraisal, book)
"""
LEFT = """
import os
os._exit(0)  # as the program does
"""
PYTHON, PROGRAM = [sys.executable], [sys.executable, "-m", "chainscore"]


@dataclass(frozen=True)
class Run:
    """One process that ran to its end."""

    seconds: float
    peak: int
    """Its largest resident memory, in bytes; of a process with workers, that of the largest."""


@dataclass(frozen=True)
class Row:
    """A measure: what it is, its figure and what it must reach, if anything."""

    measure: str
    figure: float
    reach: float | None = None
    at_least: bool = False

    @property
    def told(self) -> str:
        if self.reach is None:
            return ""
        return "ok" if (self.figure >= self.reach if self.at_least else self.figure <= self.reach) else "**missed**"

    @property
    def bound(self) -> str:
        return "" if self.reach is None else f"{'≥' if self.at_least else '≤'} {self.reach:g}"


Runs = Mapping[str, Sequence[Run]]


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


def by_turns(
    commands: Mapping[str, Sequence[str]], rounds: int, warm: bool = True, outputs: Sequence[Path] = ()
) -> dict[str, list[Run]]:
    """All processes by turns, ``rounds`` times, after a round that fills the caches and is not counted.

    The folders of ``outputs`` are removed before each round.
    """
    if warm:
        for command in commands.values():
            run(command)
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for folder in outputs:
            shutil.rmtree(folder, ignore_errors=True)
        for name, command in commands.items():
            runs[name].append(run(command))
    return runs


def seconds(runs: Runs, name: str) -> float:
    return statistics.median(each.seconds for each in runs[name])


def peak(runs: Runs, name: str) -> float:
    """In MiB."""
    return max(each.peak for each in runs[name]) / MIB


def ratio(runs: Runs, measured: str, by: str) -> float:
    return seconds(runs, measured) / seconds(runs, by)


# ---------------------------------------------------------------- what is measured


def make(kind: str, number: int, target: Path) -> None:
    """In a process of its own: what this one has in memory would be counted as its children's."""
    run([*PYTHON, "benchmarks/make_workbooks.py", kind, str(number), str(target)])


def sample(folder: Path) -> tuple[list[Row], Runs]:
    """The sample quarter against Python, the imports, a script by hand and LibreOffice."""
    results = folder / "results.xlsx"
    score = [*PROGRAM, "score", str(SAMPLE), "-o", str(results), "--force"]
    runs = by_turns(
        {
            "python -c pass": [*PYTHON, "-c", "pass"],
            "imports": [*PYTHON, "-c", "import typer, rich, openpyxl, pandas"],
            "--version": [*PROGRAM, "--version"],
            "--help": [*PROGRAM, "--help"],
            "check": [*PROGRAM, "check", str(SAMPLE)],
            "score": score,
            "by hand": [*PYTHON, "benchmarks/by_hand.py", str(SAMPLE), str(folder / "by-hand.xlsx")],
            "scored": [*PYTHON, "-c", SCORED + LEFT, str(SAMPLE)],
            "scored and written": [*PYTHON, "-c", SCORED + WRITTEN + LEFT, str(SAMPLE)],
        },
        9,
    )
    writing = seconds(runs, "scored and written") - seconds(runs, "scored")
    rows = [
        Row("`--version` ÷ `python -c pass`", ratio(runs, "--version", "python -c pass"), 2),
        Row("`--help` ÷ `python -c pass`", ratio(runs, "--help", "python -c pass"), 14),
        Row("`score` ÷ imports", ratio(runs, "score", "imports"), 1.4),
        Row("writing the results workbook ÷ imports", writing / seconds(runs, "imports"), 0.3),
        Row("`score` ÷ script by hand", ratio(runs, "score", "by hand"), 1.0),
    ]
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is not None:
        recalculated = by_turns({"score": score, "LibreOffice": recalculating(office, results, folder)}, 3)
        figure = ratio(recalculated, "score", "LibreOffice")
        rows.append(Row("`score` ÷ LibreOffice recalculating its results workbook", figure, 0.45))
        runs["LibreOffice"] = recalculated["LibreOffice"]
    rows.append(Row("`check` ÷ imports", ratio(runs, "check", "imports"), 1.1))
    rows.append(Row("`score`, peak memory in MiB", peak(runs, "score")))
    return rows, runs


def recalculating(office: str, workbook: Path, folder: Path) -> list[str]:
    """LibreOffice, with a profile of its own that has it work out all formulas anew on loading."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        '<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">'
        "<value>0</value></prop></item></oor:items>\n",
        encoding="utf-8",
    )
    target = folder / "recalculated"
    target.mkdir()
    return [
        office,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(target),
        str(workbook),
    ]


def long_ledger(folder: Path) -> tuple[list[Row], Runs]:
    """A ledger of 100,000 rows, and one of 1,000,000."""
    long, longer = folder / "long.xlsx", folder / "longer.xlsx"
    make("long", LONG, long)
    make("long", LONGER, longer)
    read = "import sys, pandas; pandas.read_excel(sys.argv[1], sheet_name=None, engine='calamine')"

    def score(path: Path) -> list[str]:
        return [*PROGRAM, "score", str(path), "-o", str(folder / f"{path.stem}-results.xlsx"), "--force", *LIMITS]

    runs = by_turns({"score 100,000": score(long), "read_excel 100,000": [*PYTHON, "-c", read, str(long)]}, 5)
    by_hand = [*PYTHON, "benchmarks/by_hand.py", str(long), str(folder / "by-hand.xlsx")]
    runs |= by_turns({"score 1,000,000": score(longer), "by hand 100,000": by_hand}, 3, warm=False)
    per_row = (seconds(runs, "score 1,000,000") / LONGER) / (seconds(runs, "score 100,000") / LONG)
    memory = peak(runs, "score 100,000") / peak(runs, "read_excel 100,000")
    return [
        Row("`score` of 100,000 rows ÷ `read_excel` with calamine", ratio(runs, "score 100,000", "read_excel 100,000"), 1.4),
        Row("the same, peak memory", memory, 1.0),
        Row("`score` of 100,000 rows ÷ script by hand", ratio(runs, "score 100,000", "by hand 100,000"), 0.4),
        Row("time per row, 1,000,000 rows ÷ 100,000 rows", per_row, 1.2),
        Row("`score` of 100,000 rows, peak memory in MiB", peak(runs, "score 100,000")),
        Row("`score` of 1,000,000 rows, peak memory in MiB", peak(runs, "score 1,000,000")),
    ], runs


def many_workbooks(folder: Path) -> tuple[list[Row], Runs]:
    """500 workbooks in one command."""
    make("many", MANY, folder / "many")

    outputs = {jobs: folder / f"out-{jobs}" for jobs in (PROCESSES, 1)}
    commands = {
        f"{MANY} workbooks, {jobs} {'process' if jobs == 1 else 'processes'}": [
            *PROGRAM, "score", str(folder / "many"), "--each", "-o", str(output), "--jobs", str(jobs),
        ]
        for jobs, output in outputs.items()
    }  # fmt: skip
    combined = f"{MANY} workbooks, {PROCESSES} processes, combined only"
    outputs[0] = folder / "out-combined"
    commands[combined] = [
        *PROGRAM, "score", str(folder / "many"), "--each", "--combined-only", "-o", str(outputs[0]), "--jobs", str(PROCESSES),
    ]  # fmt: skip
    runs = by_turns(commands, 3, warm=False, outputs=list(outputs.values()))
    all_, one, _ = runs
    year = seconds(runs, all_) / MANY * CHINA
    return [
        Row(f"workbooks per second, {PROCESSES} processes", MANY / seconds(runs, all_), 60, at_least=True),
        Row(f"workbooks per second, {PROCESSES} processes, combined only", MANY / seconds(runs, combined), 40, at_least=True),
        Row(f"{PROCESSES} processes ÷ one process", ratio(runs, one, all_), 1.8, at_least=True),
        Row(f"{CHINA:,} workbooks (2,843 counties, four quarters), extrapolated, in minutes", year / 60),
        Row("the same, peak memory of a process in MiB", peak(runs, all_)),
    ], runs


# ---------------------------------------------------------------- how it is told


def figures(rows: Sequence[Row], runs: Runs) -> str:
    """Both tables, as Markdown."""
    lines = [f"{machine()}", "", "| measure | figure | reach | |", "|---|---:|---:|---|"]
    lines += [f"| {row.measure} | {row.figure:.2f} | {row.bound} | {row.told} |" for row in rows]
    lines += ["", "| process | seconds | peak memory in MiB |", "|---|---:|---:|"]
    lines += [f"| {name} | {seconds(runs, name):.3f} | {peak(runs, name):.0f} |" for name in runs]
    return "\n".join(lines)


def machine() -> str:
    """What it was measured on."""
    model = ""
    if Path("/proc/cpuinfo").is_file():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    libraries = ", ".join(
        f"{name} {version(name)}" for name in ("pandas", "openpyxl", "xlsxwriter", "python-calamine", "typer", "rich")
    )
    return (
        f"{time.strftime('%Y-%m-%d')}: {model or platform.processor()}, {CORES} cores, {memory:.0f} GiB, {platform.system()}; "
        f"Python {platform.python_version()}, {libraries}."
    )


def main() -> None:
    """Measure, print and write down."""
    quick = sys.argv[1:] == ["--quick"]
    compileall.compile_dir(ROOT / "chainscore", quiet=1)  # as an installation does
    rows: list[Row] = []
    runs: dict[str, Sequence[Run]] = {}
    with tempfile.TemporaryDirectory() as name:
        for measure in (sample,) if quick else (sample, long_ledger, many_workbooks):
            more, its_runs = measure(Path(name))
            rows += more
            runs |= its_runs
    told = figures(rows, runs)
    print(told)
    if not quick:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{told}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    raise SystemExit(1 if any("missed" in row.told for row in rows) else 0)


if __name__ == "__main__":
    main()
