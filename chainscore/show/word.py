"""The empty Word document that every document of the program begins as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx import Document

if TYPE_CHECKING:
    from docx.document import Document as Written

OLDER_STYLES = "/stylesWithEffects"
"""How the relation ends to a second copy of the styles, for Word 2010."""


def empty_document() -> Written:
    """python-docx's own template without the second copy of its styles, for Word calls it damage where the copies differ."""
    document = Document()
    for name, relation in list(document.part.rels.items()):
        if relation.reltype.endswith(OLDER_STYLES):
            document.part.drop_rel(name)
    return document
