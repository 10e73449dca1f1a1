"""Files are written whole or not at all, and never over an input."""

from __future__ import annotations

import errno
import io
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, redirect_stdout, suppress
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import TextIO

from chainscore.words.texts import UserError, reasons

OWNER_FILES = ("~${}", ".~{}", ".~lock.{}#")
"""What Excel, WPS and LibreOffice put beside a file that they have open."""
PART = ".part"
WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm")
"""What a workbook's name may end in; office programs want those with macros to say so."""
LONGEST_PREFIX = 40  # characters; a file's name has 255 bytes
LONGEST_WRITE = 3600  # seconds


STANDARD_OUTPUT = Path("-")
"""The output that is no file."""

Content = bytes | Iterable[bytes]
"""What is to be written, at once or piece by piece; the pieces can be gone through again."""


class OutputError(UserError):
    """An output that cannot be written."""


class _Aside(io.TextIOBase):
    """Standard output for a file: its ``buffer`` takes the file, and what is printed goes to standard error."""

    def __init__(self, stream: TextIO) -> None:
        self.buffer = stream.buffer

    def write(self, line: str) -> int:
        return sys.stderr.write(line)


def lines_aside() -> AbstractContextManager[object]:
    """Keep standard output for the one file that is written to it."""
    return redirect_stdout(_Aside(sys.stdout))


def check_output(path: Path, inputs: Iterable[Path] = (), force: bool = False, suffix: str = ".xlsx") -> None:
    """Refuse an output path that is of no use, before any work is done. Raises OutputError.

    A folder among the inputs stands for all files in it.
    """
    if path == STANDARD_OUTPUT:
        return
    try:
        there = path.exists() or path.is_symlink()
        if path.is_dir():
            raise OutputError("error.output_is_folder", path=path)
        if path.suffix.lower() != suffix:
            raise OutputError("error.output_suffix", path=path, suffix=suffix)
        if not path.parent.is_dir():
            raise OutputError("error.output_no_folder", path=path.parent)
        sources = [file for source in inputs for file in (source.iterdir() if source.is_dir() else [source])]
        if path.exists() and any(source.exists() and path.samefile(source) for source in sources):
            raise OutputError("error.output_is_input", path=path)
        if there and not force:
            raise OutputError("error.output_exists", path=path)
        if path.exists() and not path.is_file():  # a device or a pipe
            raise OutputError("error.output_is_no_file", path=path)
    except OSError as error:
        raise _failure(path, error) from error


def copies_in(folder: Path, sources: Sequence[Path]) -> list[Path]:
    """Where the copies of ``sources`` go: under their own names, with so much of their folders before as tells them apart."""
    whole = [source.absolute().parts for source in sources]
    names = [parts[-1] for parts in whole]
    for length in range(2, max(map(len, whole), default=0)):
        times = Counter(name.casefold() for name in names)
        named = zip(names, whole, strict=True)
        names = [name if times[name.casefold()] == 1 else "-".join(parts[-length:]) for name, parts in named]
    return [folder / name for name in _apart(names)]


def _apart(names: Sequence[str]) -> list[str]:
    """Names of workbooks, numbered where two are alike all the same."""
    apart: dict[str, str] = {}
    for path in map(Path, names):
        suffix = path.suffix if path.suffix.lower() in WORKBOOKS else f"{path.suffix}.xlsx"
        stems = (path.stem if number == 1 else f"{path.stem} ({number})" for number in count(1))
        name = next(name for stem in stems if (name := f"{stem}{suffix}").casefold() not in apart)
        apart[name.casefold()] = name
    return list(apart.values())


def prepare_folder(path: Path) -> None:
    """Make the folder that several outputs go to, unless it is there. Raises OutputError."""
    if path == STANDARD_OUTPUT:
        raise OutputError("error.stdout_several")
    try:
        path.mkdir(exist_ok=True)
    except FileExistsError as error:
        raise OutputError("error.output_is_file", path=path) from error
    except FileNotFoundError as error:
        raise OutputError("error.output_no_folder", path=path.parent) from error
    except OSError as error:
        raise _failure(path, error) from error


def write_or_beside(path: Path, content: Content, force: bool = True) -> Path:
    """Write to ``path`` or, while another program has that open, beside it as ``NAME (2).xlsx``; returns where it is.

    It is put in place in one step, whole and there to stay; an older file stays until then and, without ``force``, for good,
    even if it was written while this one was worked out. Raises OutputError.
    """
    if path == STANDARD_OUTPUT:
        sys.stdout.buffer.writelines([content] if isinstance(content, bytes) else content)
        sys.stdout.buffer.flush()
        return path
    written = put_in_place(write_part(path, content), path, force)
    settle(path.parent)
    return written


def owner_file(path: Path) -> Path | None:
    """The file by which an office program marks that it has ``path`` open, if there is one."""
    marks = (path.with_name(mark.format(path.name)) for mark in OWNER_FILES)
    return next((mark for mark in marks if path.exists() and mark.exists()), None)


def write_part(path: Path, content: Content) -> Path:
    """Write, beside ``path``, what ``put_in_place`` then puts there; returns where it is. Raises OutputError."""
    prefix = f".{path.name[:LONGEST_PREFIX]}."
    _remove_leftovers(path.parent, prefix)
    part = path.with_name(f"{prefix}{os.urandom(8).hex()}{PART}")
    try:
        file = part.open("xb")
    except OSError as error:
        raise _failure(path, error) from error
    try:
        with file:
            file.writelines([content] if isinstance(content, bytes) else content)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _failure(path, error) from error
        raise
    return part


def put_in_place(part: Path, path: Path, force: bool = True) -> Path:
    """Put what has been written in its place, or beside what another program has open there; returns where it is.

    Without ``force`` nothing is replaced. Where many files go into one folder, that their names are there to stay can be left
    to one ``settle``. Raises OutputError.
    """
    try:
        with part.open("r+b") as file:
            os.fsync(file.fileno())
        if not force:
            return _put_new(part, path)
        if owner_file(path) is None:
            try:
                part.replace(path)
            except PermissionError as error:
                if not path.exists():
                    raise _failure(path, error) from error
            else:
                return path
        names = (path.with_name(f"{path.stem} ({number}){path.suffix}") for number in count(2))
        free = next(name for name in names if not name.exists() and not name.is_symlink())
        part.replace(free)
    except OSError as error:
        raise _failure(path, error) from error
    finally:
        part.unlink(missing_ok=True)
    return free


def _put_new(part: Path, path: Path) -> Path:
    """Put a part where nothing is. Of two runs that do so at once, one fails. Raises OutputError, OSError."""
    try:
        try:
            path.hardlink_to(part)
        except FileExistsError:
            raise
        except OSError:  # a disk without links: the name is taken first
            path.open("xb").close()
            part.replace(path)
    except FileExistsError as error:
        raise OutputError("error.output_exists", path=path) from error
    return path


def settle(folder: Path) -> None:
    """See to it that no power cut undoes what has been put in place in a folder."""
    with suppress(OSError):  # Windows and some network drives have no such thing
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _remove_leftovers(folder: Path, prefix: str) -> None:
    """Remove what a run that was killed while it wrote to the same target has left, once it is sure not to be at work still."""
    with suppress(OSError):  # they do no harm
        for file in _parts_in(folder):
            if file.name.startswith(prefix) and file.exists() and time.time() - file.stat().st_mtime > LONGEST_WRITE:
                file.unlink()


@lru_cache(maxsize=16)
def _parts_in(folder: Path) -> list[Path]:
    """What was left in a folder before the first time that this process wrote there: thousands of outputs may follow."""
    return [file for file in folder.iterdir() if file.name.endswith(PART)]


def _failure(path: Path, error: OSError) -> OutputError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return OutputError("error.output_full", path=path)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return OutputError("error.output_denied", path=path)
    return OutputError("error.output", path=path, **reasons(error))
