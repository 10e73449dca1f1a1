"""Fills the page. Everything that comes from a file is escaped by the template's own rules."""

from __future__ import annotations

from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from chainscore import __version__
from chainscore.papers.report import content
from chainscore.papers.report.content import Subject
from chainscore.words.characters import visible
from chainscore.words.texts import text

FOLDER = "chainscore.papers.report"


def write_report(subject: Subject) -> bytes:
    """The report as one HTML file in UTF-8; the same for the same inputs."""
    book = subject.book
    environment = Environment(
        loader=PackageLoader("chainscore.papers", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: visible(value) if type(value) is str else value,  # no mark that turns the text around it
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("page.html.jinja")
    return page.render(
        language=book.language,
        say=content.both,
        head=content.heading(subject),
        book=book,
        rows=content.ranking(subject),
        trees=content.explanations(subject),
        units=content.units_of(book),
        departments=[sheet.name for sheet in book.sheets],
        findings=content.told_findings(subject.findings),
        readings=content.chosen_readings(book),
        targets=content.targets(subject),
        before=subject.before is not None,
        firm=subject.sensitivity is not None,
        style=_own("page.css"),
        script=_own("page.js"),
        program=f"chainscore {__version__}",
        title=text("report.title", book.language, title=book.title, period=subject.scorecard.period.name(book.language)),
    ).encode("utf-8", errors="replace")


def _own(name: str) -> Any:
    """A file of this package that goes into the page as it is: no text of a user's is in it."""
    return Markup((resources.files(FOLDER) / name).read_text(encoding="utf-8"))
