"""What a cell means: reading amounts, counts, dates, names and choices as people really type them.

Each function takes what a cell holds and returns a Reading: the value, or the code of the finding that says why there is
none, or the code of the notice that says how it was worked out. Nothing is guessed (docs/contracts/workbook.md, "Reading what
people really type").
"""

from __future__ import annotations

import datetime
import difflib
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import Generic, TypeVar

import msgspec

from chainscore.intake.shown import ShownNumber
from chainscore.words.characters import visible
from chainscore.words.folding import fold
from chainscore.words.numbers import plain as plain


class CellError(msgspec.Struct, frozen=True):
    """An error value such as #N/A."""

    text: str

    def __str__(self) -> str:
        return self.text


class Uncalculated(msgspec.Struct, frozen=True):
    """A formula without a saved value."""


class Picture(msgspec.Struct, frozen=True):
    """A picture in the cell, of which no text can be read."""

    def __str__(self) -> str:
        return ""


CellValue = (
    str
    | int
    | float
    | bool
    | datetime.datetime
    | datetime.date
    | datetime.time
    | datetime.timedelta
    | CellError
    | Uncalculated
    | Picture
    | ShownNumber
)

Value = TypeVar("Value")


class Reading(msgspec.Struct, Generic[Value], frozen=True):
    """``value`` is None where the cell means nothing that can be used; ``code`` is the finding to report, if any."""

    value: Value | None
    code: str | None = None
    details: Mapping[str, object] = {}


_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:e[+-]?\d{1,3})?")
_UNIT = re.compile(r"(?P<number>.*?\d\.?)\s*(?P<unit>[^\d.,\s]+)?")
_DATE = re.compile(
    r"(?P<year>\d{4})(?:(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})|年(?P<month_>\d{1,2})月(?P<day_>\d{1,2})[日号])"
    r"(?:[ T]*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_SEEN = re.compile("[0-9A-Za-z\u4e00-\u9fa5]")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"[1-9]\d{4}")
_EPOCH_1900 = datetime.date(1899, 12, 30)
_EPOCH_1904 = datetime.date(1904, 1, 1)
_LAST_SERIAL = 2958465  # 9999-12-31
_FIRST_DAY = datetime.date(1900, 3, 1)
"""Its serial is 61: 60 is a day that never was, and programs count those before it differently."""


def is_blank(raw: CellValue | None) -> bool:
    """True of nothing, and of text that shows nothing."""
    # Most texts begin with a letter or a digit, which shows whatever folding makes of it.
    return raw is None or (isinstance(raw, str) and _SEEN.match(raw) is None and not fold(raw))


def shown(raw: CellValue) -> str:
    """The cell's value as a person sees it, for a message."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, int | float):
        return plain(number_of(raw)) if is_finite(raw) else str(raw)
    if isinstance(raw, datetime.datetime) and raw.time() == datetime.time():
        return raw.date().isoformat()
    return str(raw)


def is_finite(raw: int | float) -> bool:
    """False of infinities, of what is no number, and of whole numbers that no double holds."""
    try:
        return math.isfinite(raw)
    except OverflowError:
        return False


def number_of(raw: int | float) -> Decimal:
    """The cell's double at 15 significant digits, as office programs show and compare it: 1.9999999999999998 is 2."""
    return Decimal(f"{float(raw):.15g}") + 0  # and -0 is 0


_FIFTEEN_DIGITS = Context(prec=15, rounding=ROUND_HALF_EVEN)


def read_amount(
    raw: CellValue, unit: str, units: Mapping[str, Decimal], largest: Decimal, signed: bool = False
) -> Reading[Decimal]:
    """An amount in ``unit``: a number, or text that plainly means one, with an explicit unit where it has one.

    ``units`` says what one unit is worth; ``largest`` bounds what is plausible. Findings: E304, E305, E308, E316;
    notices: N601, N602.
    """
    if isinstance(raw, str):
        reading = _as_a_cell_holds_it(_amount_in_text(raw, unit, units))
    elif isinstance(raw, ShownNumber):
        reading = _as_shown(raw, lambda text: _amount_in_text(text, unit, units))
    elif isinstance(raw, bool):
        return Reading(None, "E308", _kind("是非值", "a true/false value"))
    elif isinstance(raw, int | float):
        reading = Reading(number_of(raw)) if is_finite(raw) else Reading(None, "E304")
    else:
        return Reading(None, "E308", _kind("日期或时间", "a date or time"))
    if reading.value is None:
        return reading
    if reading.value < 0 and not signed:
        return Reading(None, "E305")
    if abs(reading.value) > largest:
        return Reading(None, "E316")
    return reading


def _as_a_cell_holds_it(reading: Reading[Decimal]) -> Reading[Decimal]:
    """A number read in text at 15 significant digits, which is all that formulas over it would see."""
    if reading.value is None or (value := _FIFTEEN_DIGITS.plus(reading.value)) == reading.value:
        return reading
    return Reading(value, reading.code, {**reading.details, "value": plain(value)})


def _as_shown(raw: ShownNumber, read: Callable[[str], Reading[Decimal]]) -> Reading[Decimal]:
    """A number as its format shows it, read like text. Finding: E320; notice: N624."""
    text = raw.text
    if text == plain(raw.number):
        return Reading(raw.number)
    reading = read(text) if text is not None else Reading[Decimal](None)
    if reading.value is None:
        return Reading(None, "E320", {"value": plain(raw.number), "format": raw.code})
    if reading.value == raw.number:
        return Reading(raw.number)
    return Reading(reading.value, "N624", {"value": plain(reading.value)})


def read_percent(raw: CellValue) -> Reading[Decimal]:
    """A ratio, 0.85 for 85%: a number up to 1, or text with a percent sign. Findings: E304, E305, E308, E319; notice: N602."""
    if isinstance(raw, ShownNumber):
        return _as_shown(raw, read_percent)
    if isinstance(raw, str):
        text = unicodedata.normalize("NFKC", visible(raw)).strip()
        number, sign, rest = text.partition("%")
        if sign and not rest and _is_number(number.strip().casefold()):
            value = Decimal(number.strip().replace(",", "")) / 100
            found = Reading(value, "N602", {"value": plain(value)})
            return _as_a_cell_holds_it(found) if value >= 0 else Reading(None, "E305")
    reading = read_amount(raw, "", {}, Decimal(10) ** 15)
    if reading.value is not None and reading.value > 1:
        return Reading(None, "E319")
    return reading


def _is_figurative(text: str) -> bool:
    """True of digits that NFKC would take for plain ones but a reader would not: 3², ①, ½."""
    return any(unicodedata.decomposition(char).startswith(("<super>", "<sub>", "<circle>", "<fraction>")) for char in text)


def _amount_in_text(raw: str, unit: str, units: Mapping[str, Decimal]) -> Reading[Decimal]:
    if _is_figurative(raw):
        return Reading(None, "E304")
    text = unicodedata.normalize("NFKC", visible(raw)).strip().replace("−", "-").casefold()
    # "1.5e8" is one number, not 1.5 of a unit called e8.
    if _is_number(text):
        value = Decimal(text.replace(",", ""))
        return Reading(value, "N601", {"value": plain(value)})
    match = _UNIT.fullmatch(text)
    if match is None or not _is_number(match["number"]) or match["unit"] not in (unit, *units):
        return Reading(None, "E304")
    value = Decimal(match["number"].replace(",", ""))
    if match["unit"] != unit:
        if unit not in units:
            return Reading(None, "E304")
        value = value * units[match["unit"]] / units[unit]
    return Reading(value, "N602", {"value": plain(value)})


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None and any(char.isdigit() for char in text.partition("e")[0])


def read_count(raw: CellValue, unit: str, largest: Decimal) -> Reading[Decimal]:
    """A whole number, zero or more. Findings: those of read_amount, and E312."""
    reading = read_amount(raw, unit, {}, largest)
    if reading.value is not None and reading.value != reading.value.to_integral_value():
        return Reading(None, "E312")
    return reading


def read_date(raw: CellValue, epoch_1904: bool = False) -> Reading[datetime.date]:
    """A date: a real one, a serial number of either system, or text in one of the forms of the contract.

    Finding: E309; notice: N603.
    """
    if isinstance(raw, datetime.date):
        day = raw.date() if isinstance(raw, datetime.datetime) else raw
        return Reading(day) if day >= _FIRST_DAY else Reading(None, "E309")
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return Reading(None, "E309")
    found = _date_in_text(raw, epoch_1904) if isinstance(raw, str) else _date_in_number(raw, epoch_1904)
    return Reading(None, "E309") if found is None else Reading(found, "N603", {"value": found.isoformat()})


def _date_in_text(raw: str, epoch_1904: bool) -> datetime.date | None:
    if _is_figurative(raw):
        return None
    text = unicodedata.normalize("NFKC", visible(raw)).strip()
    if match := _DATE.fullmatch(text) or _DATE.fullmatch(re.sub(r"\s+", "", text)):
        return _date(match["year"], match["month"] or match["month_"], match["day"] or match["day_"])
    if match := _COMPACT_DATE.fullmatch(text):
        return _date(*match.groups())
    return _date_in_number(int(text), epoch_1904) if _SERIAL.fullmatch(text) else None


def _date_in_number(raw: int | float, epoch_1904: bool) -> datetime.date | None:
    if is_finite(raw) and raw == int(raw) and (match := _COMPACT_DATE.fullmatch(str(int(raw)))):
        return _date(*match.groups())
    first = 0 if epoch_1904 else 61
    if not first <= raw <= _LAST_SERIAL:
        return None
    return (_EPOCH_1904 if epoch_1904 else _EPOCH_1900) + datetime.timedelta(days=math.floor(raw))


def _date(year: str, month: str, day: str) -> datetime.date | None:
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None


def read_text(raw: CellValue) -> Reading[str]:
    """A name or remark; a number typed for a name is its digits. Finding: E314."""
    if isinstance(raw, str):
        return Reading(visible(raw).strip())
    if isinstance(raw, bool):
        return Reading(None, "E314", _kind("是非值", "a true/false value"))
    if isinstance(raw, int | float):
        return Reading(shown(raw))
    return Reading(None, "E314", _kind("日期或时间", "a date or time"))


def read_choice(raw: CellValue, values: Sequence[str]) -> Reading[str]:
    """One of ``values``, compared folded. Finding: E303, with the nearest; notice: N605."""
    if isinstance(raw, str) and raw in values:
        return Reading(raw)
    text = shown(raw)
    for value in values:
        if isinstance(raw, str) and fold(raw) == fold(value):
            return Reading(value) if raw.strip() == value else Reading(value, "N605", {"value": value})
    return Reading(None, "E303", {**nearest(text, values), "allowed": tuple(values)})


class ChainNames:
    """Finds an object by its full name, short name, alias or id, with or without the word for objects at its end."""

    def __init__(self, chains: Iterable[tuple[str, str, Iterable[str]]], suffix: str) -> None:
        """``chains``: (id, full name, other names) of each chain."""
        self._ids: dict[str, str] = {}
        self._full: dict[str, str] = {}
        self._plain: set[str] = set()
        self._suffix = fold(suffix)
        for chain_id, name, others in chains:
            self._full[chain_id] = name
            for text in (name, *others):
                self._ids[fold(text)] = chain_id
                self._plain.add(text)

    def find(self, text: str) -> str | None:
        """The id of the chain that ``text`` names, or None."""
        folded = fold(text)
        return self._ids.get(folded) or self._ids.get(folded.removesuffix(self._suffix))

    def resembles(self, text: str) -> bool:
        """True when ``text`` is near enough to a chain's name to be a misspelling of it."""
        return bool(_nearest(fold(text).removesuffix(self._suffix), tuple(self._ids)))

    def read(self, raw: CellValue) -> Reading[str]:
        """The chain's id. Finding: E302, with the nearest name; notice: N604."""
        if not isinstance(raw, str):
            return Reading(None, "E302", {"nearest_zh": "", "nearest_en": ""})
        chain_id = self.find(raw)
        if chain_id is None:
            near = _nearest(fold(raw).removesuffix(self._suffix), tuple(self._ids))
            return Reading(None, "E302", _proposal(self._full[self._ids[near]] if near else None))
        plainly = raw.strip() in self._plain and raw.strip() != chain_id
        return Reading(chain_id) if plainly else Reading(chain_id, "N604", {"value": self._full[chain_id]})


def nearest(text: str, values: Sequence[str]) -> dict[str, object]:
    """What a finding says of the nearest of ``values``, in both languages."""
    return _proposal(_nearest(text, tuple(values)))


@lru_cache(maxsize=1000)
def _nearest(text: str, values: tuple[str, ...]) -> str | None:
    return next(iter(difflib.get_close_matches(text, values, n=1, cutoff=0.5)), None)


def _proposal(value: str | None) -> dict[str, object]:
    if value is None:
        return {"nearest_zh": "", "nearest_en": ""}
    return {"nearest_zh": f"（最接近的是“{value}”）", "nearest_en": f" (the nearest is “{value}”)"}


def _kind(zh: str, en: str) -> dict[str, object]:
    return {"kind_zh": zh, "kind_en": en}
