"""The workbooks of a quarter where each department gets its own."""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from chainscore.method.period import Period
from chainscore.method.rulebook import Chain, Rulebook, Sheet
from chainscore.paperwork.template.facts import Facts
from chainscore.words.filenames import file_names


@dataclass(frozen=True)
class Part:
    """What one workbook holds where each department gets its own: its sheet, of one chain alone where offices fill it."""

    sheet: Sheet
    chain: Chain | None = None

    @property
    def who(self) -> str:
        """Who fills it in."""
        return self.sheet.name if self.chain is None else f"{self.sheet.name}-{self.chain.short_name}"

    def of_book(self, rulebook: Rulebook) -> Rulebook:
        """The rulebook without other departments' sheets, and without other chains."""
        chains = rulebook.chains if self.chain is None else [self.chain]
        return msgspec.structs.replace(rulebook, sheets=[self.sheet], chains=chains)

    def of_facts(self, facts: Facts, rulebook: Rulebook) -> Facts:
        """The cover's facts and its own."""
        sheets = {name: own for name, own in facts.sheets.items() if name in (rulebook.cover.sheet, self.sheet.name)}
        if self.chain is not None and self.sheet.name in sheets:
            own, label = sheets[self.sheet.name], rulebook.words.chain
            table = [row for row in own.table if row.get(label) == self.chain.name]
            ledger = [row for row in own.ledger if row.get(label) == self.chain.name]
            sheets[self.sheet.name] = replace(own, table=table, ledger=ledger)
        return Facts(sheets)


def files_of_parts(rulebook: Rulebook, period: Period) -> dict[str, Part]:
    """The name of each part's file, by period and unit, and the part."""
    its = parts(rulebook)
    names = file_names([f"{period.name(rulebook.language)}-{part.who}" for part in its], ".xlsx")
    return dict(zip(names, its, strict=True))


def parts(rulebook: Rulebook) -> list[Part]:
    """The workbooks of a quarter where each department gets its own, in the order of the sheets and chains."""
    return [Part(sheet, chain) for sheet in rulebook.sheets for chain in (rulebook.chains if sheet.per_chain else [None])]
