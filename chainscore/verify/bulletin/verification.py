"""A bulletin held against its inputs: these are scored again, it is written again, and all that it shows is compared."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import msgspec

from chainscore import __version__
from chainscore.comparison.trend import SamePeriodError, trend_of
from chainscore.comparison.year import Year, years_of
from chainscore.intake.limits import Limits
from chainscore.intake.named import rulebook_named
from chainscore.intake.package import UnreadableError, content_of, open_package
from chainscore.method.loading import load_rulebook, packaged
from chainscore.method.rulebook import Rulebook
from chainscore.papers.bulletin.content import Particulars
from chainscore.papers.bulletin.document import write_bulletin
from chainscore.papers.bulletin.record import BEFORE, DUE
from chainscore.papers.bulletin.subject import Handed, Input, Subject, load, load_year, subject_of
from chainscore.results.names import named
from chainscore.verify.bulletin.comparison import compare, writers_part
from chainscore.verify.bulletin.contents import Contents, Paragraph, Table, read_contents
from chainscore.verify.markup import UnverifiableError
from chainscore.verify.package import same_parts
from chainscore.verify.record import Record, known_rulebook, matched
from chainscore.verify.verification import Verdict, Verification
from chainscore.words.bilingual import told
from chainscore.words.findings import Finding, Language, blocking
from chainscore.words.texts import LANGUAGES, text

_DAY = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D?")
HEAD = ("issuer", "number", "addressee", "signature")
"""The styles of what only the issuer knows."""


def verify_bulletin(
    document: Path, inputs: Sequence[Path], before: Path | None, rulebook: Path | None, limits: Limits
) -> Verification:
    """Write the bulletin again from its inputs and, where it had one, the period ``before``, and compare everything that shows.

    Raises RulebookError for a ``rulebook`` file that is none.
    """
    try:
        open_package(document, limits, of_words=True)  # refuses what is dangerous to read
        content = content_of(document, limits)
        found = read_contents(content)
        language = _language(found)
    except UnreadableError as error:
        return _refused(document.name, Finding(error.code, document.name, values=error.values), error.code != "E114")
    except UnverifiableError as error:
        values = {"what_zh": error.what_zh, "what_en": error.what_en}
        return _refused(document.name, Finding("E709", document.name, values=values))
    record = Record({label: (0, its) for label, its in sorted(found.properties.items(), key=_numbered)}, language)
    so_far = Verification(document.name, record.text("period") or None, None, (), ())
    if (book := _book(record, rulebook, inputs)) is None:
        unknown = Finding("E733", document.name, values={"text": record.text("rules_hash")[:12]})
        return replace(so_far, findings=(unknown,))
    return _held(replace(so_far, book=book), content, found, record, _handed(found, record, book, inputs, before, limits))


def _refused(file: str, finding: Finding, unreadable: bool = False) -> Verification:
    return Verification(file, None, None, (), (finding,), unreadable=unreadable)


def _language(found: Contents) -> Language:
    """The language of a bulletin. Raises UnreadableError of what is none."""
    said = {each.text for each in found.blocks}
    for language in LANGUAGES:
        if text("bulletin.heading_next", language) in said or named("rules_hash", language) in found.properties:
            return language
    raise UnreadableError("E727")


def _numbered(line: tuple[str, str]) -> int:
    """Inputs in their order: programs put properties in another."""
    return int(found[0]) if (found := re.match(r"\d{1,6}(?= SHA)", line[1])) else 0


def _book(record: Record, path: Path | None, inputs: Sequence[Path]) -> Rulebook | None:
    """The rulebook that the bulletin was made by: the one at ``path``, or one that comes with the program."""
    if not record.text("rules_hash"):
        return load_rulebook(path or _of_files(inputs))
    return known_rulebook(record, path, record.text("rules_hash"))


def _of_files(files: Sequence[Path]) -> Path | None:
    name = rulebook_named(files, packaged())
    return packaged()[name] if name is not None else None


class _Given(NamedTuple):
    """What was handed in, what was before, and whether it is a year's."""

    handed: list[Handed]
    before: Handed | None
    year: bool

    @property
    def every(self) -> list[Handed]:
        return [*self.handed, *([self.before] if self.before is not None else [])]


def _handed(
    found: Contents, record: Record, book: Rulebook, inputs: Sequence[Path], before: Path | None, limits: Limits
) -> _Given:
    draft = text("bulletin.draft", record.language) in found.edges.values()
    year = bool(set(found.paragraphs("bulletin heading")) & {text("bulletin.heading_ranking_year", record.language)})
    handed = load_year(inputs, book, draft, limits) if year else [load(inputs, book, draft, limits)]
    return _Given(handed, load([before], book, draft, limits) if before is not None else None, year)


def _held(so_far: Verification, content: bytes, found: Contents, record: Record, given: _Given) -> Verification:
    if unreadable := [each.loaded for each in given.every if each.loaded.unreadable]:
        return replace(so_far, findings=unreadable[0].findings, unreadable=True)
    so_far, names = _inputs(so_far, record, given)
    if so_far.findings:
        return replace(so_far, verdict="other_inputs")
    if refused := [each.loaded for each in given.every if each.loaded.quarter is None]:
        errors = [finding for finding in refused[0].findings if finding.severity == "error"]
        values = {"rows": len(errors), "first": str(errors[0].place) if errors else "—"}
        return replace(so_far, findings=(Finding("E705", so_far.file, values=values),), verdict="different")
    year = _year(given.handed) if given.year else None
    if given.year and year is None:
        return replace(so_far, findings=(Finding("E734", so_far.file),), verdict="other_inputs")
    due = _day([found.properties.get(text(DUE, record.language), "")])
    subject = subject_of(given.handed, given.before, year, due)
    if so_far.book is None or subject.book.sha256 != so_far.book.sha256:
        return replace(so_far, findings=(Finding("E733", so_far.file, values={"text": subject.book.sha256[:12]}),))
    return _compared(
        replace(so_far, book=subject.book), content, found, record, replace(subject, inputs=names[0], inputs_before=names[1])
    )


def _year(handed: Sequence[Handed]) -> Year | None:
    """The one whole year that the periods make, if they do."""
    try:
        years = years_of(trend_of([each.loaded.quarter for each in handed if each.loaded.quarter is not None]))
    except SamePeriodError:
        return None
    return years[0] if len(years) == 1 and not years[0].missing else None


def _inputs(so_far: Verification, record: Record, its: _Given) -> tuple[Verification, list[list[Input]]]:
    """What is recorded and what was given, side by side; and the given inputs, and those of before, named as recorded."""
    before = its.before.inputs if its.before is not None else ()
    given = [[each for handed in its.handed for each in handed.inputs], list(before)]
    if not record.lines:
        return so_far, given
    for at, label in enumerate((named("input", record.language), text(BEFORE, record.language))):
        pairs, places, findings = matched(record, record.inputs(label), given[at], so_far.file)
        given[at] = [(name, given[at][place][1]) for name, place in places.items()]
        told_ = [msgspec.structs.replace(each, code="E735") if at and each.code == "E702" else each for each in findings]
        so_far = replace(so_far, inputs=(*so_far.inputs, *pairs), findings=(*so_far.findings, *told_))
    return so_far, given


def _compared(so_far: Verification, content: bytes, found: Contents, record: Record, subject: Subject) -> Verification:
    again = write_bulletin(subject, _particulars(found, subject.language))
    wanted = read_contents(again)
    identical = same_parts(content, again)
    differences = [] if identical else compare(wanted, found, so_far.file, subject.language)
    verdict: Verdict = "identical" if identical else "different" if blocking(differences) else "same"
    program = {"text": record.text("program"), "expected": f"chainscore {__version__}"}
    if program["text"] not in ("", program["expected"]):
        if verdict == "different":
            verdict = "unverifiable"
            differences = [Finding("E708", so_far.file, values={**program, "rows": len(differences)}), *differences]
        else:
            differences.append(Finding("W753", so_far.file, values=program))
    tables = [each for each in wanted.blocks if isinstance(each, Table)]
    compared = {
        "paragraphs": len(wanted.blocks) - len(tables),
        "cells": sum(len(row) for table in tables for row in table.rows),
        "figures": len(wanted.figures),
    }
    findings = (*so_far.findings, *differences, *_left_to_the_writer(found, subject, so_far.file))
    return replace(so_far, findings=findings, verdict=verdict, compared=compared)


def _particulars(found: Contents, language: Language) -> Particulars:
    """What the issuer filled in, as it stands in the document."""
    head = {style: found.paragraphs(f"bulletin {style}") for style in HEAD}
    front, _, back = text("bulletin.addressee", language, name="\0").partition("\0")
    addressee = next(iter(head["addressee"]), "").removeprefix(front).removesuffix(back)
    return Particulars(next(iter(head["issuer"]), ""), addressee, next(iter(head["number"]), ""), _day(head["signature"]))


def _day(lines: Sequence[str]) -> datetime.date | None:
    for line in lines:
        if found := _DAY.fullmatch(line):
            try:
                return datetime.date(*map(int, found.groups()))
            except ValueError:
                return None
    return None


def _left_to_the_writer(found: Contents, subject: Subject, file: str) -> list[Finding]:
    """What no input gives: what the issuer filled in, what stands below the last heading, and readings that are not usual."""
    findings = []
    language = subject.language
    by_itself = (told(subject.book.words.body, language), text("bulletin.no_date", language))
    said_there = dict.fromkeys(said for style in HEAD for said in found.paragraphs(f"bulletin {style}"))
    label = text(DUE, language)
    due = [f"{label} {found.properties[label]}"] if label in found.properties else []
    filled = [*(said for said in said_there if said not in by_itself), *due]
    if filled:
        findings.append(Finding("N633", file, values={"text": ("；" if language == "zh" else "; ").join(filled)}))
    written = [found.blocks[at] for at in writers_part(found.blocks, language)]
    said = [each.text for each in written if isinstance(each, Paragraph) and each.text != text("bulletin.left_open", language)]
    if said:
        values = {"rows": len(said), "text": said[0][:40]}
        findings.append(Finding("N634", file, text("bulletin.heading_next", language), values=values))
    usual = {reading.key: reading.default for reading in subject.book.readings}
    unusual = [f"{key}={value}" for key, value in subject.book.chosen.items() if usual.get(key) != value]
    if unusual:
        findings.append(Finding("N635", file, values={"text": ", ".join(unusual)}))
    return findings
