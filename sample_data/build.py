"""Builds the sample quarters from the TOML files beside it, and the blank workbook in ``templates/``.

python sample_data/build.py
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from chainscore.method.loading import load_rulebook
from chainscore.method.period import Period
from chainscore.method.rulebook import Rulebook
from chainscore.paperwork.template import Facts, write_template

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE.parent / "templates"
QUARTERS = (Period.of_quarter(2023, 1), Period.of_quarter(2023, 2))
LATEST = QUARTERS[-1]

Row = dict[str, Any]
Sheets = dict[str, dict[str, Any]]


def read_sheets(period: Period) -> Sheets:
    """The facts of a sample quarter: sheet → cells, table, ledger, sign, rows by label."""
    document = tomllib.loads((HERE / f"{period.file_stem}.toml").read_text(encoding="utf-8"))
    return {
        name: {part: _rows(content) if isinstance(content, list) else content for part, content in parts.items()}
        for name, parts in document["sheets"].items()
    }


def make_mistakes(sheets: Sheets, rulebook: Rulebook) -> Sheets:
    """``sheets`` with the mistakes of ``mistakes.toml`` made in them, in place."""
    document = tomllib.loads((HERE / "mistakes.toml").read_text(encoding="utf-8"))
    for mistake in document["mistakes"]:
        parts = sheets[mistake["sheet"]]
        part, change = mistake["part"], mistake.get("set", {})
        if mistake.get("clear"):
            parts[part] = []
            parts["sign"][rulebook.signature.no_events] = ""
        elif part in ("cells", "sign"):
            parts[part].update(change)
        else:
            row = _find(parts[part], mistake["where"])
            if mistake.get("repeat"):
                row = dict(row)
                parts[part].append(row)
            row.update(change)
    return sheets


def workbooks() -> dict[Path, bytes]:
    """Every workbook this script makes: where it belongs → its bytes."""
    rulebook = load_rulebook()
    made = {HERE / f"{period.file_stem}.xlsx": _filled(rulebook, period, read_sheets(period)) for period in QUARTERS}
    wrong = make_mistakes(read_sheets(LATEST), rulebook)
    made[HERE / f"{LATEST.file_stem}-with-mistakes.xlsx"] = _filled(rulebook, LATEST, wrong)
    made[TEMPLATES / f"{LATEST.file_stem}.xlsx"] = write_template(rulebook, LATEST)
    return made


def _rows(table: list[list[Any]]) -> list[Row]:
    """Rows by label: the first array is the header."""
    header, *rows = table
    return [dict(zip(header, row, strict=False)) for row in rows]


def _find(rows: list[Row], where: Row) -> Row:
    return next(row for row in rows if where.items() <= row.items())


def _filled(rulebook: Rulebook, period: Period, sheets: Sheets) -> bytes:
    """The workbook filled with ``sheets``, chains by their full names, as the drop-downs have them."""
    label = rulebook.words.chain
    names = {chain.short_name: chain.name for chain in rulebook.chains}
    for parts in sheets.values():
        for row in (*parts.get("table", []), *parts.get("ledger", [])):
            row[label] = names.get(row[label], row[label])
    return write_template(rulebook, period, Facts.of(sheets))


def main() -> None:
    """Write them all."""
    for path, content in workbooks().items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        print(path.relative_to(HERE.parent).as_posix())


if __name__ == "__main__":
    main()
