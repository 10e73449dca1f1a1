"""The empty Word document that every document of the program begins as."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part

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


_PROPERTIES = (
    "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
    ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">{}</Properties>'
)
_PROPERTY = '<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{}" name={}><vt:lpwstr>{}</vt:lpwstr></property>'
FIRST_PROPERTY = 2
"""The lowest number that a property may have (ECMA-376 part 1, 22.3.2.2)."""


def add_properties(document: Written, properties: Iterable[tuple[str, str]]) -> None:
    """Properties of an office's own, which programs show among the file's and keep when they save it."""
    told = "".join(
        _PROPERTY.format(number, quoteattr(name), escape(value))
        for number, (name, value) in enumerate(properties, FIRST_PROPERTY)
    )
    package = document.part.package
    assert package is not None
    content = _PROPERTIES.format(told).encode()
    part = Part(PackURI("/docProps/custom.xml"), CONTENT_TYPE.OFC_CUSTOM_PROPERTIES, content, package)
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)
