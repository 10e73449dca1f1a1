"""How firm a ranking is, for people to read."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from chainscore.comparison.firmness.cells import told_value
from chainscore.comparison.firmness.inputs import Turning
from chainscore.comparison.firmness.rounding import Unrounded
from chainscore.method.period import Period
from chainscore.method.rulebook import Rulebook
from chainscore.scoring.readings import Pair, Sensitivity, Without
from chainscore.show.console import object_word, readings_line
from chainscore.show.terminal import Line, Table, print_line, print_table
from chainscore.words.bilingual import bracketed
from chainscore.words.findings import Language
from chainscore.words.numbers import approximately, plain
from chainscore.words.texts import text


class FirmnessConsole:
    """Prints in one language, by the short names of one rulebook."""

    def __init__(self, book: Rulebook, language: Language, several: bool = False) -> None:
        """``several``: the period came in several files, so that a cell is told with its file."""
        self.book = book
        self.several = several
        self.language = language
        self.separator = "、" if language == "zh" else ", "

    def _say(self, key: str, **values: object) -> str:
        return text(f"firmness.{key}", self.language, **values)

    def _name(self, chain: str) -> str:
        return self.book.chain(chain).short_name

    def _named(self, chain: str) -> str:
        """With the group within which it has its rank."""
        group = self.book.chain(chain).group if self.book.total.rank_in_groups else ""
        return self._name(chain) + bracketed(group, self.language)

    def show(self, found: Sensitivity, without: Sequence[Without], period: Period) -> None:
        """The ranking's range, the pairs of neighbours, and what leaving one out would turn."""
        print_line(f"{self.book.title} · {period if self.language == 'en' else period.name(self.language)}")
        print_line(readings_line(self.book, self.language))
        print_line("")
        key = "sampled" if found.sampled else "combinations" if found.combinations > 1 else "one_way"
        print_line(self._say(key, number=found.combinations))
        print_line("")
        decimals = self.book.decimals
        rows = [
            [
                str(each.rank), self._named(each.chain), f"{each.total:.{decimals}f}",
                _range(f"{each.total_min:.{decimals}f}", f"{each.total_max:.{decimals}f}"),
                self.separator.join(self._say("times", rank=rank, times=times) for rank, times in each.ranks.items()),
            ]
            for each in found.chains
        ]  # fmt: skip
        table = Table()
        for key, justify in (("rank", "right"), ("object", "left"), ("total", "right"), ("range", "right"), ("ranks", "left")):
            title = object_word(self.book, self.language) if key == "object" else self._say(f"column_{key}")
            table.add_column(title, "right" if justify == "right" else "left", shrinks=key in ("object", "ranks"))
        for row in rows:
            table.add_row(*row)
        print_table(table)
        print_line("")
        for pair in found.pairs:
            print_line(Line(self.pair(pair, found), "yellow" if pair.turns or pair.ties else "green"))
        for each in without:
            print_line(Line(self.left_out(each), "yellow"))

    def left_out(self, without: Without) -> str:
        """What the others' order would be without one object."""
        order = self._name(without.order[0])
        for (above, below), chain in zip(pairwise(without.ranks), without.order[1:], strict=True):
            order += f" {'=' if above == below else '>'} {self._name(chain)}"
        return self._say("without", object=self._name(without.chain), order=order)

    def pair(self, pair: Pair, found: Sensitivity) -> str:
        """In how many combinations two neighbours keep their order."""
        values = {
            "above": self._name(pair.above), "below": self._name(pair.below), "holds": pair.holds,
            "gap": f"{pair.gap:.{self.book.decimals}f}",
            "number": found.combinations, "turns": pair.turns, "ties": pair.ties,
            "readings": self.separator.join(map("=".join, zip(pair.readings, pair.options, strict=True))),
        }  # fmt: skip
        level = self._say("and_level", **values) if pair.ties else ""
        return self._say(_kind_of(pair, found), **values, level=level)

    def show_inputs(self, amounts: Sequence[Turning], others: Sequence[Turning]) -> None:
        """The single inputs by which pairs turn."""
        print_line("")
        print_line(self._say("inputs"))
        for each in (*amounts, *others):
            print_line("  " + self.turning(each))
        if not amounts and not others:
            print_line("  " + self._say("no_inputs"))

    def show_rounding(self, found: Sequence[Unrounded]) -> None:
        """Whether any rank hangs on rounding."""
        print_line("")
        for line in self.rounding(found):
            print_line(line)

    def rounding(self, found: Sequence[Unrounded]) -> list[str]:
        """A sentence for each object whose rank is another without rounding; one where there is none."""
        turned = [each for each in found if each.turns]
        return [
            self._say(
                "rounding", object=self._name(each.chain), rank=each.rank_unrounded, old=each.rank,
                total=approximately(Fraction(each.total_unrounded), self.book.decimals + 4), published=plain(each.total),
            )
            for each in turned
        ] or [self._say("no_rounding")]  # fmt: skip

    def turning(self, turning: Turning) -> str:
        """The change of one input by which a pair turns."""
        cell, percent = turning.cell, round(turning.relative * 100, 2)
        place = f"{f'{cell.file}:' if self.several else ''}{cell.sheet}!{cell.cell}"
        values = {
            "above": self._name(turning.above), "below": self._name(turning.below), "place": place,
            "label": cell.label, "old": self._value(cell.value), "new": self._value(turning.to),
            "percent": plain(percent) if percent else "<0.01",
        }  # fmt: skip
        return self._say(("amount" if turning.relative else "choice") + ("_past" if turning.past else ""), **values)

    def _value(self, value: object) -> str:
        if value is None:
            return text("column.blank", self.language)
        if isinstance(value, Decimal):
            return plain(value)
        return str(told_value(value))


def _kind_of(pair: Pair, found: Sensitivity) -> str:
    """Which sentence tells of a pair: level or not, in one way or in several, and whether any of them turns it."""
    if not pair.gap:
        return "pair_level" if found.combinations > 1 else "pair_level_alone"
    if found.combinations == 1:
        return "pair_alone"
    return "pair_turns" if pair.turns else "pair_levelled" if pair.ties else "pair_holds"


def _range(least: str, most: str) -> str:
    """``60.00–63.50``; of one number that alone, and a dash stands clear of a minus."""
    if least == most:
        return least
    return f"{least} – {most}" if most.startswith("-") else f"{least}–{most}"
