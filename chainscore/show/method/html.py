"""A method as one page of HTML, with nothing fetched from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from chainscore.show.method.contents import Blocks, Grille, Heading, Items, Paragraph, Signatures
from chainscore.words.bilingual import Language

STYLE = """\
body { font-family: "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif; line-height: 1.6; }
body { max-width: 60em; margin: 2em auto; padding: 0 1em; }
h1 { text-align: center; }
h2 { border-bottom: 1px solid #999; }
h3 { margin-bottom: 0.2em; break-after: avoid; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #999; padding: 0.2em 0.5em; text-align: left; vertical-align: top; }
th { background: #eee; }
.sign { margin-top: 3em; }
@media print { body { margin: 0; max-width: none; } }
"""
LANGUAGES = {"zh": "zh-CN", "en": "en"}


def html(blocks: Blocks, language: Language) -> bytes:
    """The whole page."""
    title = next(block.text for block in blocks if isinstance(block, Heading))
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{LANGUAGES[language]}"><head><meta charset="utf-8"><title>{escape(title)}</title>',
        f"<style>\n{STYLE}</style></head><body>",
        *(line for block in blocks for line in _lines(block)),
        "</body></html>\n",
    ]
    return "\n".join(lines).encode()


def _lines(block: object) -> Iterator[str]:
    match block:
        case Heading(level, text):
            yield f"<h{level + 1}>{escape(text)}</h{level + 1}>"
        case Paragraph(text):
            yield f"<p>{escape(text)}</p>"
        case Items(texts):
            yield f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"
        case Grille(header, rows):
            yield f"<table><tr>{''.join(f'<th>{escape(cell)}</th>' for cell in header)}</tr>"
            yield from (f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
            yield "</table>"
        case Signatures(labels):
            yield from (f'<p class="sign">{escape(label)}＿＿＿＿＿＿＿＿＿＿＿＿</p>' for label in labels)
