"""The console script ``chainscore``."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 findings that block, 2 wrong usage or an unusable file."""
    gc.disable()  # a run is short, and leaves nothing in cycles that is worth the looking
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # pandas would start threads for what is never asked of it
    arguments = sys.argv[1:]
    if arguments == ["--version"]:  # before anything is imported that takes longer than the answer
        from chainscore.method.identity import identity

        sys.stdout.write(identity() + "\n")
        sys.exit()

    from chainscore.commands.app import UNUSABLE, run

    try:
        run(arguments)
    except Exception as error:  # noqa: BLE001 - a bug must not end with 1, the code for findings, nor with a traceback
        tell(error)
        sys.exit(UNUSABLE)


def tell(error: Exception) -> None:
    """Say in one line on standard error what ended the run."""
    from chainscore.commands.app import language_of
    from chainscore.words.texts import text

    language = language_of(sys.argv[1:])
    if isinstance(error, OSError) and error.filename is None:  # no file's, so standard output's
        told = text("error.stdout", language, reason=error.strerror or error)
    else:
        told = text("console.internal", language, error=f"{type(error).__name__}: {error}")
    sys.stderr.write(told + "\n")


def console() -> None:
    """The console script: ``main``, and out at once.

    To take down what pandas and typer have built up, object by object, takes a fifth of a run. All files are closed by then.
    """
    code: object = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read it has had enough
        pass
    except OSError as error:
        from chainscore.commands.app import UNUSABLE

        if code != UNUSABLE:  # else it has been told
            tell(error)
        code = UNUSABLE
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    console()
