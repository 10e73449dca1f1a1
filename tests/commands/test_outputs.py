"""A file is written whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chainscore.scoring.appraisal import workbooks_in
from chainscore.show import outputs
from chainscore.show.outputs import OutputError, write_or_beside
from tests.conftest import REPOSITORY, Run
from tests.support import office

posix = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
libreoffice_is_there = pytest.mark.skipif(office.missing() is not None, reason=str(office.missing()))


def test_a_new_file_has_the_usual_permissions_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_or_beside(tmp_path / "out.xlsx", b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["out.xlsx"]
    assert (tmp_path / "out.xlsx").read_bytes() == b"whole"
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        assert (tmp_path / "out.xlsx").stat().st_mode & 0o777 == 0o666 & ~mask


def test_when_the_write_fails_the_old_file_stays_and_nothing_else_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out.xlsx").write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError) as caught:
        write_or_beside(tmp_path / "out.xlsx", b"new")
    assert caught.value.key == "error.output_full"
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("out.xlsx", b"old")]


def test_a_folder_that_takes_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        write_or_beside(tmp_path / "nowhere" / "out.xlsx", b"x")


def no_links(*_: object) -> None:
    raise PermissionError(errno.EPERM, "Operation not permitted")


@pytest.mark.parametrize("links", [True, False])
def test_without_force_nothing_is_replaced_however_late_it_comes(
    links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:  # as on a memory stick
        monkeypatch.setattr(Path, "hardlink_to", no_links)
    assert write_or_beside(tmp_path / "out.xlsx", b"first", force=False) == tmp_path / "out.xlsx"
    with pytest.raises(OutputError) as caught:
        write_or_beside(tmp_path / "out.xlsx", b"second", force=False)
    assert (caught.value.key, caught.value.values) == ("error.output_exists", {"path": tmp_path / "out.xlsx"})
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("out.xlsx", b"first")]
    write_or_beside(tmp_path / "out.xlsx", b"third")
    assert (tmp_path / "out.xlsx").read_bytes() == b"third"


@pytest.mark.parametrize("arguments", [("score", "q2-2023.xlsx", "-o", "out.xlsx"), ("template", "-o", "out.xlsx")])
def test_what_another_run_wrote_meanwhile_is_kept_unless_forced(
    arguments: tuple[str, ...], run: Run, q2: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, write_part = q2.with_name("out.xlsx"), outputs.write_part

    def overtaken(path: Path, content: Any) -> Path:
        target.write_bytes(b"another's")
        return write_part(path, content)

    monkeypatch.setattr(outputs, "write_part", overtaken)
    outcome = run(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("out.xlsx exists and was kept.")
    assert {path.name for path in q2.parent.iterdir()} == {"q2-2023.xlsx", "out.xlsx"}
    assert target.read_bytes() == b"another's"
    assert run(*arguments, "--force").code == 0
    assert target.read_bytes()[:2] == b"PK"


@posix
def test_of_runs_that_write_one_new_file_at_once_one_writes_it_and_the_others_are_told(q2: Path, tmp_path: Path) -> None:
    for number in range(3):
        shutil.copy(q2, tmp_path / f"{number}.xlsx")
    command = [sys.executable, "-m", "chainscore", "score", "--lang", "en", "-o", "new.xlsx"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    runs = [
        subprocess.Popen(
            [*command, f"{number}.xlsx"],
            cwd=tmp_path,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for number in range(3)
    ]
    said = [each.communicate(timeout=120) for each in runs]
    assert sorted(each.returncode for each in runs) == [0, 2, 2]
    for each, (out, err) in zip(runs, said, strict=True):
        assert (out != "", err.startswith("new.xlsx exists and was kept.")) == (each.returncode == 0, each.returncode == 2)


def held(*_: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_a_new_target_that_may_not_be_written_is_said_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(OutputError) as caught:
        write_or_beside(tmp_path / "out.xlsx", b"new")
    assert caught.value.key == "error.output_denied"
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- killed, and the disk full

STEPS = ("pathlib.Path.open", "os.fsync", "pathlib.Path.replace", "os.close", "pathlib.Path.unlink")
KILLED = """
import os, pathlib, signal, sys
from chainscore.show import outputs

module, _, name = sys.argv[1].rpartition(".")
holder = {"os": os, "pathlib.Path": pathlib.Path}[module]
whole = getattr(holder, name)

def killed(*arguments, **named):
    if sys.argv[2] == "after":
        whole(*arguments, **named)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(holder, name, killed)
outputs.write_or_beside(pathlib.Path("out.xlsx"), b"new" * 100_000)
"""


@posix
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_whatever_step_a_run_is_killed_at_the_output_is_the_old_one_or_the_new_one(
    step: str, moment: str, tmp_path: Path
) -> None:
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, step, moment],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    in_place = STEPS.index(step) > 2 or (step, moment) == ("pathlib.Path.replace", "after")
    assert target.read_bytes() == (b"new" * 100_000 if in_place else b"old")
    leftovers = [path for path in tmp_path.iterdir() if path != target]
    assert workbooks_in(tmp_path) == [target], "what is left is no input"
    # Once nobody can be at work on them any more, the next run removes them.
    write_or_beside(target, b"newer")
    assert [path for path in tmp_path.iterdir() if path != target] == leftovers
    for path in leftovers:
        os.utime(path, (0, 0))
    write_or_beside(target, b"newest")
    assert list(tmp_path.iterdir()) == [target]


@posix
def test_score_and_template_killed_at_random_moments_leave_no_damaged_and_lose_no_output() -> None:
    done = subprocess.run(
        [sys.executable, str(REPOSITORY / "tests" / "support" / "crash.py"), "30"],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


COMMANDS = (("score", "q2-2023.xlsx", "-o", "out.xlsx", "--force"), ("template", "-o", "out.xlsx", "--force"))


def fails_for_want_of_room(arguments: tuple[str, ...], folder: Path, limit: Callable[[], None] | None) -> None:
    """The program in ``folder``, where there is no room, says so in one line and leaves everything as it is."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = subprocess.run(
        [sys.executable, "-B", "-m", "chainscore", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        preexec_fn=limit,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("out.xlsx cannot be written: the disk is full")
    assert len(done.stderr.splitlines()) == 1
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@posix
@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_limit_on_the_size_of_files_keeps_the_old_output(arguments: tuple[str, ...], q2: Path) -> None:
    import resource

    (q2.parent / "out.xlsx").write_bytes(b"old")
    size = 100_000
    fails_for_want_of_room(arguments, q2.parent, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))


@posix
@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_full_disk_keeps_the_old_output(arguments: tuple[str, ...], sample: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={sample.stat().st_size + 100_000}", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mounting, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        shutil.copy(sample, disk / "q2-2023.xlsx")
        (disk / "out.xlsx").write_bytes(b"old")
        fails_for_want_of_room(arguments, disk, None)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


# ---------------------------------------------------------------- open in another program


def test_an_output_that_another_program_does_not_let_go_of_is_kept_and_the_results_lie_beside_it(
    run: Run, q2: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("score", q2).code == 0
    results = (q2.parent / "q2-2023-results.xlsx").read_bytes()
    (q2.parent / "q2-2023-results.xlsx").write_bytes(b"open")
    (q2.parent / "q2-2023-results (2).xlsx").write_bytes(b"older")
    replace = Path.replace

    def held_open(part: Path, target: Path) -> Path:
        if target.name == "q2-2023-results.xlsx":
            held()
        return replace(part, target)

    monkeypatch.setattr(Path, "replace", held_open)
    outcome = run("score", q2, "--force")
    assert outcome.code == 0
    assert outcome.err == (
        f"{q2.parent / 'q2-2023-results.xlsx'} is open in another program (or protected) and was kept; "
        f"the new file is {q2.parent / 'q2-2023-results (3).xlsx'}.\n"
    )
    assert outcome.out.splitlines()[-1] == f"Results workbook: {q2.parent / 'q2-2023-results (3).xlsx'}"
    assert {path.name: path.read_bytes() for path in q2.parent.glob("*results*")} == {
        "q2-2023-results.xlsx": b"open",
        "q2-2023-results (2).xlsx": b"older",
        "q2-2023-results (3).xlsx": results,
    }


@pytest.mark.parametrize("mark", ["~$out.xlsx", ".~out.xlsx", ".~lock.out.xlsx#"])
def test_the_owner_file_of_an_office_program_tells_that_an_output_is_open(
    mark: str, run: Run, q2: Path, tmp_path: Path
) -> None:
    alone = run("score", q2, "-o", "other.xlsx", "--json")
    (tmp_path / mark).write_bytes(b"")
    assert run("score", q2, "-o", "out.xlsx").err == "", "a mark without its file is a leftover"
    (tmp_path / "out.xlsx").write_bytes(b"open")
    outcome = run("score", q2, "-o", "out.xlsx", "--force", "--json")
    assert (outcome.code, outcome.out) == (0, alone.out)
    assert outcome.err.splitlines() == [
        "out.xlsx is open in another program (or protected) and was kept; the new file is out (2).xlsx.",
        f"If nobody has it open, delete {mark}, which an office program left behind.",
    ]
    assert (tmp_path / "out.xlsx").read_bytes() == b"open"
    assert (tmp_path / "out (2).xlsx").read_bytes() == (tmp_path / "other.xlsx").read_bytes()


@pytest.mark.parametrize("command", ["template", "template --split parts", "diff", "trend", "check"])
def test_every_other_output_that_is_open_is_kept_too(command: str, run: Run, sample: Path, tmp_path: Path) -> None:
    folder = tmp_path if command in ("template", "diff", "trend") else tmp_path / "parts"
    folder.mkdir(exist_ok=True)
    arguments = {
        "template": ("-o", "out.xlsx"),
        "template --split parts": ("--period", "2023Q2"),
        "diff": (sample.with_name("q1-2023.xlsx"), sample, "-o", "out.xlsx"),
        "trend": (sample.with_name("q1-2023.xlsx"), sample, "-o", "out.xlsx"),
        "check": (sample.with_name("q2-2023-with-mistakes.xlsx"), "--annotate", "parts"),
    }[command]
    assert run(*command.split(), *arguments).err == ""
    name = min(path.name for path in folder.glob("*.xlsx"))
    (folder / name).write_bytes(b"open")
    (folder / f"~${name}").write_bytes(b"")
    outcome = run(*command.split(), *arguments, "--force")
    beside = (folder / name).with_stem(f"{Path(name).stem} (2)")
    assert (folder / name).read_bytes() == b"open"
    assert beside.read_bytes()[:2] == b"PK"
    assert str(beside.relative_to(tmp_path)) in outcome.err


@libreoffice_is_there
def test_an_output_that_libreoffice_has_open_is_kept(run: Run, q2: Path, tmp_path: Path) -> None:
    assert run("score", q2, "-o", "out.xlsx").code == 0
    before = (tmp_path / "out.xlsx").read_bytes()
    (tmp_path / "office").mkdir()
    with office.running(tmp_path / "office") as libreoffice, libreoffice.holding(tmp_path / "out.xlsx"):
        outcome = run("score", q2, "-o", "out.xlsx", "--force")
    assert outcome.code == 0
    assert "out.xlsx is open in another program" in outcome.err
    assert ".~lock.out.xlsx#" in outcome.err
    assert (tmp_path / "out.xlsx").read_bytes() == (tmp_path / "out (2).xlsx").read_bytes() == before


# ---------------------------------------------------------------- where no output can go


@posix
def test_a_pipe_is_no_output_even_with_force(run: Run, q2: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    outcome = run("score", q2, "-o", "pipe.xlsx", "--force")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("pipe.xlsx is a device or a pipe")
    assert (tmp_path / "pipe.xlsx").is_fifo()


@posix
@pytest.mark.parametrize("output", ["link.xlsx", "other-name.xlsx", "Q2-2023.xlsx"])
def test_an_input_by_another_name_is_no_output(output: str, run: Run, q2: Path, tmp_path: Path) -> None:
    before = q2.read_bytes()
    (tmp_path / "link.xlsx").symlink_to(q2.name)
    (tmp_path / "other-name.xlsx").hardlink_to(q2)
    if not (tmp_path / "Q2-2023.xlsx").exists():  # the file system tells capital letters from small ones
        (tmp_path / "Q2-2023.xlsx").hardlink_to(q2)
    outcome = run("score", q2, "-o", output, "--force")
    assert outcome.code == 2
    assert outcome.err.startswith(f"{output} is an input")
    assert q2.read_bytes() == before


def test_a_file_in_a_folder_of_inputs_is_no_output(run: Run, sample: Path, tmp_path: Path) -> None:
    for name in ("q1-2023.xlsx", "q2-2023.xlsx"):
        (tmp_path / name[:2]).mkdir()
        shutil.copy(sample.with_name(name), tmp_path / name[:2])
    for command in ("diff", "trend"):
        outcome = run(command, "q1", "q2", "-o", "q1/q1-2023.xlsx", "--force")
        assert outcome.code == 2
        assert "is an input" in outcome.err
    assert (tmp_path / "q1/q1-2023.xlsx").read_bytes() == sample.with_name("q1-2023.xlsx").read_bytes()


@posix
def test_a_link_to_nowhere_is_kept_unless_forced(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out.xlsx").symlink_to("nowhere.xlsx")
    assert "--force" in run("template", "-o", "out.xlsx").err
    assert run("template", "-o", "out.xlsx", "--force").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out.xlsx"]


def test_a_folder_that_may_not_be_written_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path.open

    def opened(path: Path, mode: str = "r", **options: Any) -> Any:
        return held() if mode == "xb" else whole(path, mode, **options)

    monkeypatch.setattr(Path, "open", opened)  # root, for one, may write anywhere
    outcome = run("template", "-o", "out.xlsx")
    assert (outcome.code, outcome.out) == (2, "")
    assert "it is not permitted" in outcome.err


def test_a_name_that_is_too_long_is_said(run: Run) -> None:
    outcome = run("template", "-o", f"{'长' * 100}.xlsx")
    assert (outcome.code, outcome.out) == (2, "")
    assert len(outcome.err.splitlines()) == 1
    assert "cannot be written" in outcome.err


def test_a_name_that_is_just_short_enough_is_written(run: Run, tmp_path: Path) -> None:
    name = f"{'长' * 80}.xlsx"
    assert run("template", "-o", name).code == 0
    assert [path.name for path in tmp_path.iterdir()] == [name]
