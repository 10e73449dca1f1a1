"""The console script ``chainscore``."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 findings that block, 2 wrong usage or an unusable file."""
    gc.disable()  # a run is short, and leaves nothing in cycles that is worth the looking
    arguments = sys.argv[1:]
    if arguments == ["--version"]:  # before anything is imported that takes longer than the answer
        from chainscore.identity import identity

        sys.stdout.write(identity() + "\n")
        sys.exit()

    from chainscore.cli import UNUSABLE, language_of, run
    from chainscore.texts import text

    try:
        run(arguments)
    except Exception as error:  # noqa: BLE001 - a bug must not end with 1, the code for findings, nor with a traceback
        reason = f"{type(error).__name__}: {error}"
        sys.stderr.write(text("console.internal", language_of(arguments), error=reason) + "\n")
        sys.exit(UNUSABLE)


if __name__ == "__main__":
    main()
