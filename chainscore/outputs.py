"""Files are written whole or not at all, and never over an input."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path


class OutputError(Exception):
    """An output that cannot be written. ``key`` names the message, ``values`` fill it."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def check_output(path: Path, inputs: Iterable[Path] = (), force: bool = False) -> None:
    """Refuse an output path that is of no use, before any work is done. Raises OutputError."""
    if path.is_dir():
        raise OutputError("error.output_is_folder", path=path)
    if path.suffix.lower() != ".xlsx":
        raise OutputError("error.output_suffix", path=path)
    if not path.parent.is_dir():
        raise OutputError("error.output_no_folder", path=path.parent)
    if any(path.exists() and source.exists() and path.samefile(source) for source in inputs):
        raise OutputError("error.output_is_input", path=path)
    if path.exists() and not force:
        raise OutputError("error.output_exists", path=path)


def copies_in(folder: Path, sources: Sequence[Path]) -> list[Path]:
    """Where the copies of ``sources`` go: under their own names, with their folder's before it where two are alike."""
    names = Counter(source.stem for source in sources)
    return [
        folder / f"{source.stem if names[source.stem] == 1 else f'{source.absolute().parent.name}-{source.stem}'}.xlsx"
        for source in sources
    ]


def prepare_folder(path: Path) -> None:
    """Make the folder that several outputs go to, unless it is there. Raises OutputError."""
    try:
        path.mkdir(exist_ok=True)
    except FileExistsError as error:
        raise OutputError("error.output_is_file", path=path) from error
    except FileNotFoundError as error:
        raise OutputError("error.output_no_folder", path=path.parent) from error
    except OSError as error:
        raise OutputError("error.output", path=path, reason=error.strerror or error) from error


def write_whole(path: Path, content: bytes) -> None:
    """Write beside the target and put it in place in one step. Raises OutputError; an older file stays until then."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise OutputError("error.output", path=path, reason=error.strerror or error) from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes private files; give this one what any new file gets.
        mask = os.umask(0)
        os.umask(mask)
        part.chmod(0o666 & ~mask)
        part.replace(path)
    except OSError as error:
        raise OutputError("error.output", path=path, reason=error.strerror or error) from error
    finally:
        part.unlink(missing_ok=True)
