"""The blank workbook that departments fill in, or one filled with facts, laid out from the rulebook."""

from chainscore.paperwork.template.facts import Facts, FactsError, SheetFacts
from chainscore.paperwork.template.parts import Part, files_of_parts, parts
from chainscore.paperwork.template.workbook import write_template

__all__ = ["Facts", "FactsError", "Part", "SheetFacts", "files_of_parts", "parts", "write_template"]
