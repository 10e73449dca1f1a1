"""The texts of a workbook, which cells refer to by number, and how text is escaped in cells."""

from __future__ import annotations

import re

from chainscore.intake.markup import Attributes, parse, says, text_of

_TEXT = re.compile(r"<t(?: xml:space=\"preserve\")?(?:/>|>([^<]*)</t>)\s*")
_BETWEEN = re.compile(r"(</r>\s*)?(</si>\s*<si>\s*)?(<r>\s*(?:<rPr>(?:\s*<\w+(?: \w+=\"[^\"<>&]*\")*/>)*\s*</rPr>\s*)?)?")
"""What may lie between two texts: the ends and beginnings of runs with a font of their own, and of strings."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROLS = bytes({*range(32)} - {9, 10})
"""Control characters: XML knows none of them, and carriage returns in a way of its own."""
_UNUSUAL = (b"<!", b"<?", b"]]>", b"\xef\xbf\xbe", b"\xef\xbf\xbf")


class StruckText(str):
    """Text of which any piece is struck out."""


def decoded(part: bytes) -> str | None:
    """A part as text, where it holds nothing that only a parser would understand or refuse; else None."""
    if any(mark in part for mark in _UNUSUAL) or len(part.translate(None, _CONTROLS)) < len(part):
        return None
    try:
        return part.decode()
    except UnicodeDecodeError:
        return None


def strings_of(part: bytes) -> tuple[str, ...]:
    """The shared strings in order. Raises UnreadableError."""
    found = _plainly(part) if b"strike" not in part else None
    return found if found is not None else _parsed(part)


def _plainly(part: bytes) -> tuple[str, ...] | None:
    """Those of a part that holds nothing but texts, a tenth of a parser's time; None of any other."""
    begin, end = part.find(b"<si>"), part.rfind(b"</si>")
    text = decoded(part[begin:end]) if 0 <= begin < end else None
    if text is None or _others(part[:begin] + part[end + len(b"</si>") :]):
        return None
    pieces = _TEXT.split(f"</si>{text}")
    *gaps, last = pieces[::2]
    between = {
        gap: match and [each is not None for each in match.groups()] for gap in set(gaps) for match in [_BETWEEN.fullmatch(gap)]
    }
    found: list[str] = []
    in_run = False
    for gap, written in zip(gaps, pieces[1::2], strict=True):
        told = between[gap]
        text = text_of(written) if written and "&" in written else written or ""
        if told is None or text is None or told[0] != in_run:
            return None
        _, begins_string, in_run = told
        if begins_string:
            found.append(text)
        elif in_run:
            found[-1] += text
        else:
            return None
    return tuple(map(unescaped, found)) if last.strip() == ("</r>" if in_run else "") else None


def _others(part: bytes) -> bool:
    """Whether the list's own element holds more than the texts that were taken out of it."""
    names: list[str] = []
    parse(part, lambda name, _: names.append(name))
    return names != ["sst"]


def _parsed(part: bytes) -> tuple[str, ...]:
    found: list[str] = []
    text: list[str] = []
    taking = phonetic = struck = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal taking, phonetic, struck
        if name == "si":
            text.clear()
            struck = False
        elif name == "strike":
            struck = struck or says(attributes)
        elif name == "rPh":
            phonetic = True
        elif name == "t":
            taking = not phonetic

    def end(name: str) -> None:
        nonlocal taking, phonetic
        if name == "t":
            taking = False
        elif name == "rPh":
            phonetic = False
        elif name == "si":
            found.append((StruckText if struck else str)(unescaped("".join(text))))

    def characters(characters: str) -> None:
        if taking:
            text.append(characters)

    parse(part, start, end, characters)
    return tuple(found)


def unescaped(text: str) -> str:
    """``_x000D_`` is a carriage return (ECMA-376 part 1, 22.9.2.19)."""
    if "_x" not in text:
        return text
    return (
        _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )
