"""The console script ``chainscore``."""

from __future__ import annotations

import gc
import io
import os
import sys

TYPE_CHECKING = False  # typing's own takes as long to import as half of Python's start
if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

UNUSABLE = 2
INTERRUPTED = 130
SELDOM = 500_000
"""Objects made between two looks for garbage, instead of 700. Of ``score`` that saves 9 % of the processor time for the sample
quarter as LibreOffice saved it, and 20 % for 100,000 rows as openpyxl saved them, with the same peak memory.
"""


def console() -> None:
    """The console script: ``main``, with standard streams that end no run before its time, and out at once.

    To take down object by object what pandas has built up takes 0.2 s of processor time, out of the 1.3 s of ``score`` of the
    sample quarter as openpyxl or LibreOffice saved it (medians of 11 runs by turns). All files are closed by then.
    """
    gc.set_threshold(SELDOM)
    keep_streams()
    code: object = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code
    except KeyboardInterrupt:
        code = INTERRUPTED
    try:
        sys.stdout.flush()
    except OSError as error:
        if code != UNUSABLE:  # else it has been told
            tell(error)
        code = UNUSABLE
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0)


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 findings that block, 2 wrong usage or an unusable file."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:  # before anything is imported that takes longer than the answer
        from chainscore.method.identity import identity

        sys.stdout.write(identity() + "\n")
        sys.exit()

    from chainscore.commands.app import run

    try:
        code = run(arguments)
    # Whatever it is: a fault of the program must not end with 1, the code for findings, nor with a traceback. It is told.
    except Exception as error:  # noqa: BLE001
        tell(error)
        code = UNUSABLE
    sys.exit(code)


def tell(error: Exception) -> None:
    """Say in one line on standard error what ended the run."""
    from chainscore.commands.app import language_of
    from chainscore.words.texts import reasons, text

    language = language_of(sys.argv[1:])
    if isinstance(error, OSError) and error.filename is None:  # no file's, so standard output's
        told = text("error.stdout", language, **reasons(error))
    else:
        told = text("console.internal", language, error=f"{type(error).__name__}: {error}")
    sys.stderr.write(told + "\n")


class Pipe(io.FileIO):
    """Standard output or error. Whoever reads it may have had enough, which changes nothing for the run or its exit code."""

    def write(self, data: ReadableBuffer) -> int:
        try:
            return super().write(data)
        except OSError as error:
            if self.fileno() == 1 and not isinstance(error, BrokenPipeError):
                raise
            return memoryview(data).nbytes


def keep_streams() -> None:
    """See to it that no standard stream which is closed, has no reader or lacks a character ends the run."""
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed; else the next file that is opened would take its number
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r+", encoding="utf-8"))
        elif name != "stdin" and stream.isatty():
            stream.reconfigure(errors="replace")
        elif name != "stdin":
            buffer = io.BufferedWriter(Pipe(stream.fileno(), "w", closefd=False))
            setattr(sys, name, io.TextIOWrapper(buffer, stream.encoding, "replace", line_buffering=name == "stderr"))


if __name__ == "__main__":
    console()
