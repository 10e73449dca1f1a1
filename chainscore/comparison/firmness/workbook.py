"""The workbook of ``sensitivity``: how often each object has which rank, counted by live formulas from all combinations."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.utility import xl_col_to_name

from chainscore.comparison.firmness.console import FirmnessConsole
from chainscore.comparison.firmness.inputs import Turning
from chainscore.comparison.firmness.rounding import Unrounded
from chainscore.method.period import Period
from chainscore.method.rulebook import Rulebook
from chainscore.results.excel.book import Book
from chainscore.results.excel.cell import Formula
from chainscore.results.excel.page import Column
from chainscore.scoring.readings import Sensitivity, Without
from chainscore.scoring.scorecard import shared_ranks
from chainscore.show.console import object_word, readings_line
from chainscore.words.bilingual import told
from chainscore.words.texts import text

COLDEST, HOTTEST = "#FFFFFF", "#F4B183"
"""Of the heat map: a rank that never comes, and the one that comes most often."""
STATEMENT = 100
"""Width of a column that stands alone: LibreOffice fits several columns to the paper, but not one that is wider than it."""


class FirmnessWorkbook:
    """In the rulebook's language."""

    def __init__(
        self, found: Sensitivity, without: Sequence[Without], book: Rulebook, period: Period, several: bool = False
    ) -> None:
        """``several``: the period came in several files, so that a cell is told with its file."""
        self.found = found
        self.several = several
        self.without = without
        self.book = book
        self.objects = sorted(book.chains, key=lambda each: book.groups.index(each.group)) if self._grouped else [*book.chains]
        """Those of one group side by side, where ranks are within groups."""
        title = self._say("title", period=period.name(book.language))
        self.file = Book(title, told(book.words.body, book.language), book.issued, language=book.language)

    @property
    def _grouped(self) -> bool:
        return self.book.total.rank_in_groups

    def _say(self, key: str, **values: object) -> str:
        return text(f"firmness.{key}", self.book.language, **values)

    def written(self, turnings: Sequence[Turning] | None, rounding: Sequence[Unrounded] | None) -> bytes:
        """All sheets, as the bytes of an .xlsx file; those of single inputs and of rounding where they were looked for."""
        self._ranks()
        self._statements("sheet_pairs", self._neighbours())
        console = FirmnessConsole(self.book, self.book.language, self.several)
        if rounding is not None:
            self._statements("sheet_rounding", console.rounding(rounding))
        if turnings is not None:
            self._statements("sheet_inputs", [console.turning(each) for each in turnings] or [self._say("no_inputs")])
        self._combinations()
        return self.file.packed()

    def _neighbours(self) -> list[str]:
        console = FirmnessConsole(self.book, self.book.language, self.several)
        pairs = [console.pair(pair, self.found) for pair in self.found.pairs]
        return [readings_line(self.book, self.book.language), *pairs] + [console.left_out(each) for each in self.without]

    def _statements(self, key: str, lines: Sequence[str]) -> None:
        page = self.file.page(self._say(key), [Column(self._say("statement"), STATEMENT)])
        for row, line in enumerate(lines, page.first):
            page.row(row, [line])

    def _ranks(self) -> None:
        """A row for each object in rank order: its range, and how often it has each rank, as a heat map."""
        numbers = range(1, len(self.objects) + 1)
        columns = [
            Column(self._say("column_rank"), 8, "centre"), Column(object_word(self.book, self.book.language), 28, "name"),
            *(Column(self._say(key), 11, "score") for key in ("column_total", "lowest", "highest")),
            *(Column(self._say("nth", rank=number), 9, "whole") for number in numbers),
        ]  # fmt: skip
        page = self.file.page(self._say("sheet_ranks"), columns, frozen=2)
        for row, each in enumerate(self.found.chains, page.first):
            totals, ranks = self._range(each.chain, totals=True), self._range(each.chain, totals=False)
            counts = [Formula(f"=COUNTIF({ranks},{number})", each.ranks.get(number, 0)) for number in numbers]
            ends = Formula(f"=MIN({totals})", each.total_min), Formula(f"=MAX({totals})", each.total_max)
            page.row(row, [each.rank, self.book.chain(each.chain).name, each.total, *ends, *counts])
        last = page.first + len(self.found.chains) - 1
        colours = {"type": "2_color_scale", "min_color": COLDEST, "max_color": HOTTEST}
        page.sheet.conditional_format(page.first, 5, last, 4 + len(self.objects), colours)

    def _column(self, chain: str, totals: bool) -> int:
        place = [each.id for each in self.objects].index(chain)
        return len(self.book.readings) + place + (0 if totals else len(self.objects))

    def _range(self, chain: str, totals: bool) -> str:
        """The cells of an object's totals or ranks under all combinations."""
        letter, first = xl_col_to_name(self._column(chain, totals), col_abs=True), FIRST + 1
        return f"'{self._say('sheet_all')}'!{letter}${first}:{letter}${first + self.found.combinations - 1}"

    def _combinations(self) -> None:
        """A row for each combination: the option of each reading, the totals, and the ranks as formulas of them."""
        readings = [Column(reading.key, 14, "centre") for reading in self.book.readings]
        totals = [Column(each.short_name, 11, "score") for each in self.objects]
        ranks = [Column(self._say("rank_of", object=each.short_name), 11, "whole") for each in self.objects]
        page = self.file.page(self._say("sheet_all"), [*readings, *totals, *ranks], size=9, frozen=len(readings))
        assert page.first == FIRST
        for row, (choice, scores) in enumerate(zip(self.found.choices, self.found.totals, strict=True), page.first):
            own = [scores[each.id] for each in self.objects]
            page.row(row, [*choice, *own, *(self._rank(row, each.id) for each in self.objects)])
        page.filter(page.first + self.found.combinations - 1)

    def _rank(self, row: int, chain: str) -> Formula:
        scores = self.found.totals[row - FIRST]
        rivals = [each.id for each in self.objects if not self._grouped or each.group == self.book.chain(chain).group]
        first, last = (xl_col_to_name(self._column(rivals[end], True), col_abs=True) for end in (0, -1))
        own = xl_col_to_name(self._column(chain, True))
        value = shared_ranks([scores[each] for each in rivals])[rivals.index(chain)]
        return Formula(f"=RANK({own}{row + 1},{first}{row + 1}:{last}{row + 1})", value)


FIRST = 2
"""The first row of the sheet of all combinations, counted from 0: below its heading and header."""
