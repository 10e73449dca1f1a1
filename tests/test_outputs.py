"""A file is written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chainscore.outputs import OutputError, write_whole


def test_a_new_file_has_the_usual_permissions_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_whole(tmp_path / "out.xlsx", b"whole")
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
        write_whole(tmp_path / "out.xlsx", b"new")
    assert caught.value.values["reason"] == "No space left on device"
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("out.xlsx", b"old")]


def test_a_folder_that_takes_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        write_whole(tmp_path / "nowhere" / "out.xlsx", b"x")


def test_a_target_that_another_program_holds_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(OutputError) as caught:
        write_whole(tmp_path / "out.xlsx", b"new")
    assert caught.value.key == "error.output"
    assert list(tmp_path.iterdir()) == []
