"""A method on the console, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from chainscore.show.method.contents import Blocks, Grille, Heading, Items, Paragraph, Signatures
from chainscore.show.terminal import Line, Table, print_line, print_table


def print_method(blocks: Blocks) -> None:
    """On the console: headings, and below them what they are of."""
    for at, block in enumerate(blocks):
        match block:
            case Heading(level, text):
                if at:
                    print_line("")
                print_line(Line(text, "bold" if level < 2 else "cyan"))
            case Paragraph(text):
                print_line(text)
            case Items(texts):
                for text in texts:
                    print_line(f"  - {text}")
            case Grille(header, rows):
                _print_grille(header, rows)


def _print_grille(header: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
    table = Table()
    for title in header:
        table.add_column(title, shrinks=True)
    for row in rows:
        table.add_row(*row)
    print_table(table)


def markdown(blocks: Blocks) -> bytes:
    """The whole text."""
    return ("\n".join(line for block in blocks for line in (*_lines(block), "")).rstrip("\n") + "\n").encode()


def _lines(block: object) -> Iterator[str]:
    match block:
        case Heading(level, text):
            yield f"{'#' * (level + 1)} {_escaped(text)}"
        case Paragraph(text):
            yield _escaped(text)
        case Items(texts):
            yield from (f"- {_escaped(text)}" for text in texts)
        case Grille(header, rows):
            for at, row in enumerate((header, *rows)):
                yield "| " + " | ".join(_escaped(cell).strip("　") for cell in row) + " |"
                if not at:
                    yield "|" + " --- |" * len(header)
        case Signatures(labels):
            yield from (f"{_escaped(label)}＿＿＿＿＿＿＿＿＿＿\n" for label in labels)


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is, in one line."""
    return "".join(f"\\{char}" if char in "\\`*_<[]|#" else " " if char in "\r\n" else char for char in text)
