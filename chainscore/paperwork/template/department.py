"""A department's sheet: heading, labelled cells, chain table and ledger, as far as it has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import msgspec
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from chainscore.method.rulebook import Sheet
from chainscore.paperwork.template.block import Block, check_block, write_block
from chainscore.paperwork.template.book import YES_LIST, TemplateBook, height, merge, write_value
from chainscore.paperwork.template.checks import empty, filled, impossible, quoted, speaking, validation
from chainscore.paperwork.template.facts import FactsError, SheetFacts, Value, known, meant
from chainscore.paperwork.template.looks import (
    ATTENTION,
    BAD,
    DEFAULT_ROW,
    FIELD_COLUMNS,
    FIELD_WIDTH,
    HEADER_HEIGHT,
    LAST_ROW,
    LEGEND_COLOURS,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    PROTECTION,
    ROW,
)


@dataclass(frozen=True)
class _Field:
    """A labelled cell: its label, what stands in it, its styles, and the validation that speaks for it."""

    label: str
    value: Value
    styles: tuple[str, ...]
    validation: dict[str, Any] | None = None


class Department:
    """One department's sheet."""

    def __init__(self, book: TemplateBook, sheet: Sheet, facts: SheetFacts) -> None:
        self.book, self.sheet, self.facts = book, sheet, facts
        self.who = sheet.name if book.part is None else book.part.who
        self.page: Worksheet = book.file.add_worksheet(sheet.name)
        self.widths = _widths(sheet)
        self.last_column = len(self.widths) - 1
        self.fields = self._place_fields()
        row = max(row for row, _ in self.fields) + 3
        self.table = Block(sheet.table, row, len(book.rulebook.chains)) if sheet.table is not None else None
        row = self.table.last + 3 if self.table is not None else row
        self.ledger = Block(sheet.ledger, row, LAST_ROW - row) if sheet.ledger is not None else None
        if (facts.table and self.table is None) or (facts.ledger and self.ledger is None):
            raise FactsError(f"{sheet.name}: it has no such table")

    def write(self) -> None:
        """Write everything, top to bottom, then what holds for the sheet as a whole."""
        self._set_columns()
        self._write_heading()
        self._write_fields()
        if self.table is not None:
            write_block(self.book, self.page, self.table, self._chain_rows(), 0)
            check_block(self.book, self.page, self.table, self._begun())
        if self.ledger is not None:
            write_block(self.book, self.page, self.ledger, self.facts.ledger, self._rows_of_first_page())
            check_block(self.book, self.page, self.ledger, "")
            self.page.autofilter(self.ledger.header, 0, self.ledger.last, len(self.ledger.grid.columns) - 1)
        self._freeze_and_print()
        self.page.protect("", PROTECTION)

    # -- labelled cells

    def _place_fields(self) -> dict[tuple[int, int], _Field]:
        """(row, column) of the label → labelled cell: what is reported on the left, the signature on the right."""
        book, signature = self.book, self.book.rulebook.signature
        sign = known(self.sheet.name, self.facts.sign, list(msgspec.structs.astuple(signature)))
        left = [
            _Field(book.rulebook.cover.period, book.period_name, ("boxed", "preset")),
            _Field(signature.unit, self.who, ("boxed", "preset")),
        ]
        if self.sheet.ledger is not None:
            left.append(self._no_events(sign))
        given = known(self.sheet.name, self.facts.cells, [cell.label for cell in self.sheet.cells])
        for cell in self.sheet.cells:
            value = meant(cell.type, given.get(cell.label))
            left.append(_Field(cell.label, value, (cell.type, "input"), validation(book, cell)))
        pairs = zip_longest(left, self._signature(sign))
        start = 2 + len(self.sheet.guide)
        placed = {(start + number, 2 * side): cell for number, pair in enumerate(pairs) for side, cell in enumerate(pair)}
        return {place: cell for place, cell in placed.items() if cell is not None}

    def _no_events(self, sign: Mapping[str, Value]) -> _Field:
        label, yes = self.book.rulebook.signature.no_events, self.book.rulebook.words.yes
        value = sign.get(label, yes if sign and not self.facts.ledger else None)
        rule = {"validate": "list", "source": f"={YES_LIST}"}
        return _Field(label, value, ("choice", "input"), speaking(self.book, label, self.book.say("prompt_no_events"), rule))

    def _signature(self, sign: Mapping[str, Value]) -> list[_Field]:
        book, labels = self.book, self.book.rulebook.signature
        signed = {"validate": "date", "criteria": ">=", "value": book.period.year_start}
        rules = (
            (labels.person, "text", {"validate": "any"}, "prompt_person"),
            (labels.telephone, "verbatim", {"validate": "any"}, "prompt_telephone"),
            (labels.date, "date", signed, "prompt_signed"),
        )
        return [
            _Field(label, meant(style, sign.get(label)), (style, "input"), speaking(book, label, book.say(prompt), rule))
            for label, style, rule, prompt in rules
        ]

    def _at(self, label: str) -> str:
        """The absolute reference of a labelled cell's value."""
        row, column = next(place for place, cell in self.fields.items() if cell.label == label)
        return str(xl_rowcol_to_cell(row, column + 1, row_abs=True, col_abs=True))

    def _write_fields(self) -> None:
        page, signature = self.page, self.book.rulebook.signature
        for (row, column), cell in self.fields.items():
            page.set_row(row, ROW + 1)
            page.write_string(row, column, cell.label, self.book.format("boxed", "label"))
            write_value(page, row, column + 1, cell.value, self.book.format(*cell.styles))
            if cell.validation is not None:
                page.data_validation(row, column + 1, row, column + 1, cell.validation)
        page.ignore_errors({"number_stored_as_text": self._at(signature.telephone).replace("$", "")})
        person, date = self._at(signature.person), self._at(signature.date)
        self.book.mark(page, person, f"AND({empty(person)},{filled(date)})", ATTENTION)
        self.book.mark(page, date, f"AND({empty(date)},{filled(person)})", ATTENTION)
        self.book.mark(page, date, f"AND({filled(date)},NOT(ISNUMBER({date})))", BAD)
        for labelled in self.sheet.cells:
            at = self._at(labelled.label)
            self.book.mark(page, at, impossible(self.book, labelled, at), BAD)
            self.book.mark(page, at, f"AND({empty(at)},{self._begun()})", ATTENTION)
        if self.ledger is not None:
            self._check_no_events(self._at(signature.no_events), self.ledger.area())

    def _check_no_events(self, at: str, ledger: str) -> None:
        page = self.page
        yes = quoted(self.book.rulebook.words.yes)
        self.book.mark(page, at, f"AND({filled(at)},OR({at}<>{yes},COUNTA({ledger})>0))", BAD)
        self.book.mark(page, at, f"AND({empty(at)},COUNTA({ledger})=0,{self._signed()})", ATTENTION)

    def _signed(self) -> str:
        signature = self.book.rulebook.signature
        return f"AND({filled(self._at(signature.person))},{filled(self._at(signature.date))})"

    def _begun(self) -> str:
        """True once the sheet is signed, or its chain table has a figure."""
        if self.table is None:
            return self._signed()
        return f"OR({self._signed()},COUNTA({self.table.area(skip=1)})>0)"

    # -- heading

    def _set_columns(self) -> None:
        """Widths; the columns of a ledger go on open and formatted, so that rows can be added, above it all is locked."""
        columns = self.ledger.grid.columns if self.ledger is not None else []
        for number, width in enumerate(self.widths):
            styles = (columns[number].type, "open") if number < len(columns) else ("open",) if columns else ()
            self.page.set_column(number, number, width, self.book.format(*styles))
        for row in range(self.ledger.first if self.ledger is not None else 0):
            for number in range(self.last_column + 1):
                self.page.write_blank(row, number, None, self.book.format())

    def _write_heading(self) -> None:
        page, book = self.page, self.book
        last = self.last_column
        page.set_row(0, 28)
        merge(page, 0, 0, last, book.say("sheet_title", sheet=self.who), book.format("title"))
        for row, line in enumerate(self.sheet.guide, start=1):
            page.set_row(row, height(line, sum(self.widths)) - 2)
            merge(page, row, 0, last, line, book.format("wrap"))
        self._write_legend(1 + len(self.sheet.guide))

    def _write_legend(self, row: int) -> None:
        small = self.book.format("small")
        self.page.merge_range(row, 0, row, self.last_column, "", small)
        parts: list[Format | str] = []
        for number, colour in enumerate(LEGEND_COLOURS, 1):
            text = self.book.say(f"legend_{number}")
            parts += [self.book.file.add_format({"font_color": f"#{colour}", "font_size": 9}), "■", small, f"{text}　"]
        self.page.write_rich_string(row, 0, *parts, small)

    # -- chain table and ledger

    def _chain_rows(self) -> list[Mapping[str, Value]]:
        """The preset row of every chain, with what the facts say of it."""
        chain = self.book.rulebook.words.chain
        names = [each.name for each in self.book.rulebook.chains]
        given = {str(row.get(chain)): row for row in self.facts.table}
        if unknown := given.keys() - set(names):
            raise FactsError(f"{self.sheet.name}: no such {chain}: {', '.join(sorted(unknown))}")
        return [{**given.get(name, {}), chain: name} for name in names]

    def _rows_of_first_page(self) -> int:
        """How many ledger rows fit on the first printed page, below what stands above them."""
        assert self.ledger is not None
        scale = min(1.0, PAGE_WIDTH / sum((7 * width + 5) * 0.75 for width in self.widths))
        above = 28 + HEADER_HEIGHT * (2 if self.table is not None else 1) + ROW * (self.ledger.first - 3)
        return max(8, min(25, int((PAGE_HEIGHT / scale - above) / DEFAULT_ROW)))

    # -- the sheet as a whole

    def _freeze_and_print(self) -> None:
        """Freeze the header where only a heading stands above it; else the title, so that a small screen shows rows."""
        block = self.ledger or self.table
        assert block is not None
        self.page.freeze_panes(block.first if self.ledger is None or self.table is None else 1, 1)
        self.page.repeat_rows(block.header)
        self.book.set_paper(self.page, signed=True)


def _widths(sheet: Sheet) -> list[int]:
    """Column widths: the ledger's, and the chain table's where it goes on further to the right."""
    ledger, table = ([column.width for column in grid.columns] if grid else [] for grid in (sheet.ledger, sheet.table))
    widths = ledger + table[len(ledger) :]
    return widths + [FIELD_WIDTH] * (FIELD_COLUMNS - len(widths))
