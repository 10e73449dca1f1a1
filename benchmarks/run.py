"""Measures the program in whole processes, by turns with what it is held against; writes the figures into docs/benchmarks.md.

python benchmarks/run.py [--quick]

By turns, so that whatever else the machine does falls on all alike; medians, as ratios of one run. The workbooks are made
first, by openpyxl and by LibreOffice, in a folder that is removed at the end; of each measure the worst file counts.
``--quick`` takes every measure once, on small files, and writes nothing. Ends in exit code 1 where a reach is missed.
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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures: make bench writes them -->", "<!-- end of figures -->"
MIB = 1024 * 1024
RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""What ru_maxrss counts in, in bytes."""
CHINA = 2843 * 4
"""Workbooks of a year: 2,843 counties, four quarters."""
LIMITS = [part for limit in ("file=200", "unpacked=1000", "part=1000", "cells=20000000") for part in ("--limit", limit)]
CORES = os.cpu_count() or 1
PROCESSES = max(CORES, 2)
PYTHON, PROGRAM = [sys.executable], [sys.executable, "-m", "chainscore"]
IMPORTS = "import typer, rich, openpyxl, pandas"
READ = "import sys, pandas; pandas.read_excel(sys.argv[1], sheet_name=None, engine='calamine')"


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    rounds: int = 9
    long_rounds: int = 3
    long: int = 100_000
    longer: int = 1_000_000
    many: int = 50


QUICK = Sizes(rounds=1, long_rounds=1, long=6_000, longer=60_000, many=4)


@dataclass(frozen=True)
class Run:
    """One process that ran to its end."""

    seconds: float
    peak: int
    """Its largest resident memory, in bytes; of a process with workers, that of the largest."""


@dataclass(frozen=True)
class Row:
    """A measure: what it is, its figure, the file that it is worst of, and what it must reach, if anything."""

    measure: str
    figure: float
    worst_of: str = ""
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


def worst(measure: str, figures: Mapping[str, float], reach: float | None = None, at_least: bool = False) -> Row:
    """The row of a measure that was taken of several files."""
    file = (min if at_least else max)(figures, key=lambda name: figures[name])
    return Row(measure, figures[file], file, reach, at_least)


# ---------------------------------------------------------------- the files


def made(kind: str, *number: int, target: Path) -> Path:
    """By openpyxl, in a process of its own: what this one has in memory would be counted as its children's."""
    run([*PYTHON, "benchmarks/make_workbooks.py", kind, *map(str, number), str(target)])
    return target


class Office:
    """LibreOffice, with a profile of its own that has it work out all formulas anew on loading."""

    def __init__(self, folder: Path) -> None:
        """Raises FileNotFoundError where there is none."""
        program = shutil.which("soffice") or shutil.which("libreoffice")
        if program is None:
            raise FileNotFoundError("LibreOffice is needed to make the workbooks that are measured")
        profile = folder / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
            '<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">'
            "<value>0</value></prop></item></oor:items>\n",
            encoding="utf-8",
        )
        self.command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx", "--outdir"]

    def saving(self, files: Iterable[Path], folder: Path) -> list[str]:
        """The command that opens files and saves them under their names in a folder."""
        return [*self.command, str(folder), *map(str, files)]

    def saved(self, file: Path) -> Path:
        """A file as LibreOffice saves it."""
        folder = file.parent / "libreoffice"
        run(self.saving([file], folder))
        return folder / file.name


# ---------------------------------------------------------------- what is measured


def sample(folder: Path, office: Office, sizes: Sizes) -> tuple[list[Row], Runs]:
    """The sample quarter against Python, the imports, a script by hand and LibreOffice."""
    by_openpyxl = made("sample", target=folder / "sample.xlsx")
    files = {"openpyxl": by_openpyxl, "LibreOffice": office.saved(by_openpyxl)}
    results = folder / "results.xlsx"
    scores = {name: [*PROGRAM, "score", str(file), "-o", str(results), "--force"] for name, file in files.items()}
    commands: dict[str, list[str]] = {
        "python -c pass": [*PYTHON, "-c", "pass"],
        "imports": [*PYTHON, "-c", IMPORTS],
        "--version": [*PROGRAM, "--version"],
        "--help": [*PROGRAM, "--help"],
    }
    for name, file in files.items():
        commands[f"check, {name}"] = [*PROGRAM, "check", str(file)]
        commands[f"score, {name}"] = scores[name]
        commands[f"by hand, {name}"] = [*PYTHON, "benchmarks/by_hand.py", str(file), str(folder / "by-hand.xlsx")]
        for paper, suffix in (("bulletin", ".docx"), ("report", ".html")):
            commands[f"{paper}, {name}"] = [*PROGRAM, paper, str(file), "-o", str(folder / f"{paper}{suffix}"), "--force"]
        commands[f"sensitivity, {name}"] = [*PROGRAM, "sensitivity", str(file)]
        commands[f"sensitivity --inputs, {name}"] = [*PROGRAM, "sensitivity", str(file), "--inputs"]
    runs: Runs = by_turns(commands, sizes.rounds)
    recalculating = {f"score, {name}, again": score for name, score in scores.items()}
    recalculating["LibreOffice"] = office.saving([results], folder / "recalculated")
    recalculated = by_turns(recalculating, sizes.long_rounds)

    def of_each(measured: str, by: str) -> dict[str, float]:
        return {name: ratio(runs, f"{measured}, {name}", by.format(name)) for name in files}

    offices = {name: ratio(recalculated, f"score, {name}, again", "LibreOffice") for name in files}
    return [
        Row("`--version` ÷ `python -c pass`", ratio(runs, "--version", "python -c pass"), reach=2),
        Row("`--help` ÷ `python -c pass`", ratio(runs, "--help", "python -c pass"), reach=14),
        worst("`score` ÷ imports", of_each("score", "imports"), 1.4),
        worst("`check` ÷ imports", of_each("check", "imports"), 1.1),
        worst("`bulletin` ÷ imports", of_each("bulletin", "imports"), 1.8),
        worst("`report` ÷ imports", of_each("report", "imports"), 1.8),
        worst("`sensitivity` under 256 readings ÷ `score`", of_each("sensitivity", "score, {}"), 2.5),
        worst(
            "`sensitivity --inputs`, in seconds", {name: seconds(runs, f"sensitivity --inputs, {name}") for name in files}, 6
        ),
        worst("`score` ÷ script by hand", of_each("score", "by hand, {}"), 1.0),
        worst("`score` ÷ LibreOffice recalculating its results workbook", offices, 0.45),
        worst("`score`, peak memory in MiB", {name: peak(runs, f"score, {name}") for name in files}),
    ], {**runs, "LibreOffice": recalculated["LibreOffice"]}


def long_ledger(folder: Path, office: Office, sizes: Sizes) -> tuple[list[Row], Runs]:
    """A long ledger as two programs save it, with and without warnings, and one ten times as long."""
    sound = made("long", sizes.long, target=folder / "long.xlsx")
    warned = made("warned", sizes.long, target=folder / "warned.xlsx")
    longer = made("long", sizes.longer, target=folder / "longer.xlsx")
    files = {
        "openpyxl": sound,
        "LibreOffice": office.saved(sound),
        "openpyxl, half warned": warned,
        "LibreOffice, half warned": office.saved(warned),
    }

    def score(path: Path) -> list[str]:
        return [*PROGRAM, "score", str(path), "-o", str(folder / f"{path.stem}-results.xlsx"), "--force", *LIMITS]

    commands: dict[str, list[str]] = {}
    for name, file in files.items():
        commands[f"score {sizes.long:,}, {name}"] = score(file)
        commands[f"read_excel {sizes.long:,}, {name}"] = [*PYTHON, "-c", READ, str(file)]
        commands[f"by hand {sizes.long:,}, {name}"] = [
            *PYTHON,
            "benchmarks/by_hand.py",
            str(file),
            str(folder / "by-hand.xlsx"),
        ]
    runs = by_turns(commands, sizes.long_rounds, warm=False)
    long, most = f"{sizes.long:,}", f"{sizes.longer:,}"
    runs |= by_turns({f"score {most}, openpyxl": score(longer)}, 1, warm=False)

    def of_each(by: str) -> dict[str, float]:
        return {name: ratio(runs, f"score {long}, {name}", f"{by} {long}, {name}") for name in files}

    memory = {name: peak(runs, f"score {long}, {name}") / peak(runs, f"read_excel {long}, {name}") for name in files}
    per_row = ratio(runs, f"score {most}, openpyxl", f"score {long}, openpyxl") * sizes.long / sizes.longer
    return [
        worst(f"`score` of {long} rows ÷ `read_excel` with calamine", of_each("read_excel"), 3),
        worst("the same, peak memory", memory, 1.8),
        worst(f"`score` of {long} rows ÷ script by hand", of_each("by hand"), 0.8),
        Row(f"time per row, {most} rows ÷ {long} rows", per_row, "openpyxl", 1.2),
        worst(f"`score` of {long} rows, peak memory in MiB", {name: peak(runs, f"score {long}, {name}") for name in files}),
        Row(f"`score` of {most} rows, peak memory in MiB", peak(runs, f"score {most}, openpyxl"), "openpyxl"),
    ], runs


def many_workbooks(folder: Path, office: Office, sizes: Sizes) -> tuple[list[Row], Runs]:
    """Many workbooks in one command, as two programs save them."""
    folders = {"openpyxl": made("many", sizes.many, target=folder / "many"), "LibreOffice": folder / "many-libreoffice"}
    run(office.saving(sorted(folders["openpyxl"].iterdir()), folders["LibreOffice"]))
    ways = {
        f"{PROCESSES} processes": ["--jobs", str(PROCESSES)],
        "1 process": ["--jobs", "1"],
        f"{PROCESSES} processes, combined only": ["--jobs", str(PROCESSES), "--combined-only"],
    }
    outputs = {f"{sizes.many} workbooks, {way}, {name}": folder / f"out {way} {name}" for way in ways for name in folders}
    commands = {
        f"{sizes.many} workbooks, {way}, {name}": [
            *PROGRAM, "score", str(files), "--each", "-o", str(folder / f"out {way} {name}"), *options,
        ]
        for way, options in ways.items() for name, files in folders.items()
    }  # fmt: skip
    runs = by_turns(commands, sizes.long_rounds, warm=False, outputs=list(outputs.values()))
    all_, one, combined = ({name: seconds(runs, f"{sizes.many} workbooks, {way}, {name}") for name in folders} for way in ways)
    slowest = max(all_.values())
    return [
        worst(f"`--each`, workbooks a second, {PROCESSES} processes", _rates(all_, sizes.many), 15, at_least=True),
        worst(f"{PROCESSES} processes ÷ one process", {name: one[name] / all_[name] for name in all_}, 1.8, at_least=True),
        worst("`--each --combined-only`, workbooks a second", _rates(combined, sizes.many), 40, at_least=True),
        Row(
            f"{CHINA:,} workbooks (2,843 counties, four quarters), extrapolated, in minutes", slowest / sizes.many * CHINA / 60
        ),
        worst("the same, peak memory of a process in MiB", {name: peak(runs, _first(runs, name)) for name in folders}),
    ], runs


def _rates(taken: Mapping[str, float], workbooks: int) -> dict[str, float]:
    return {name: workbooks / each for name, each in taken.items()}


def _first(runs: Runs, ending: str) -> str:
    return next(name for name in runs if name.endswith(ending))


# ---------------------------------------------------------------- how it is told


def figures(rows: Sequence[Row], runs: Runs) -> str:
    """Both tables, as Markdown."""
    lines = [f"{machine()}", "", "| measure | worst of | figure | reach | |", "|---|---|---:|---:|---|"]
    lines += [f"| {row.measure} | {row.worst_of} | {row.figure:.2f} | {row.bound} | {row.told} |" for row in rows]
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
    sizes = QUICK if quick else Sizes()
    compileall.compile_dir(ROOT / "chainscore", quiet=1)  # as an installation does
    rows: list[Row] = []
    runs: dict[str, Sequence[Run]] = {}
    with tempfile.TemporaryDirectory() as name:
        office = Office(Path(name))
        for measure in (sample, long_ledger, many_workbooks):
            more, its_runs = measure(Path(name), office, sizes)
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
