"""The package of a workbook: a file's bytes in, its sound parts out, or one UnreadableError that says why not.

Every part is unpacked within the limits and held against its checksum here. The reader gets these parts, never the file.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import re
import stat
import struct
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from chainscore.intake.limits import HARMLESS_PART, MIB, Limits
from chainscore.words.texts import reasons

STANDARD_INPUT = Path("-")
"""What stands for standard input where a workbook is named."""
PROPERTIES = "docProps/core.xml"
MACROS = "xl/vbaProject.bin"
_LINKS = re.compile(r"xl/externalLinks/[^/]+\.xml")
_READ = (".xml", ".rels")
"""The kinds of part that anything is read from; of all others only the soundness counts."""
_DECLARATION = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([\w.-]*)[\"']")
_ENCODINGS = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
LONGEST_TOKEN = MIB
"""No tag and no text of a workbook comes near this: a cell holds at most 32,767 characters."""
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
    LookupError,
)


class UnreadableError(Exception):
    """A file that cannot be read. ``code`` and ``values`` make the finding."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values: Mapping[str, object] = values


def damaged(reason: str, place: str = "") -> UnreadableError:
    """The refusal of a file that does not hold together: why, in a program's words, and where, in anybody's."""
    return UnreadableError(
        "E104", reason_zh=place or "压缩包或其中的部件不完整", reason_en=f"{place}: {reason}" if place else reason
    )


def beyond(what_zh: str, what_en: str, key: str, limit: int, unit: str = "") -> UnreadableError:
    """The refusal of a file beyond the limit ``key``."""
    return UnreadableError("E106", what_zh=what_zh, what_en=what_en, limit=f"{limit}{unit}", key=key)


def unheard_of(what_zh: str, what_en: str) -> UnreadableError:
    """The refusal of what no office program writes."""
    return UnreadableError("E114", what_zh=what_zh, what_en=what_en)


@dataclass(frozen=True)
class Package:
    """The parts of one file, as text in UTF-8 where they are XML."""

    sha256: str
    """Of the file's own bytes."""
    parts: dict[str, bytes] = field(repr=False)
    macros: bool = False
    external_links: int = 0


def is_folder(path: Path) -> bool:
    """True of a folder; False of a name that cannot be one, too: reading it says why."""
    try:
        return path.is_dir()
    except OSError:
        return False


def open_package(path: Path, limits: Limits, of_words: bool = False) -> Package:
    """The package at ``path``: a workbook, or a document ``of_words``. Raises UnreadableError."""
    content = content_of(path, limits)
    if content[:2] != b"PK":
        raise UnreadableError("E727") if of_words else _not_a_package(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _within_limits(entries, limits)
            names = [entry.filename for entry in entries]
            (_is_document if of_words else _is_spreadsheet)(set(names))
            _are_plain(entries)
            parts = _unpacked_parts(archive, entries)
    except _BROKEN as error:
        raise damaged(str(error) or type(error).__name__) from error
    except RuntimeError as error:  # zipfile's word for an encrypted entry
        raise UnreadableError("E105") from error
    return Package(
        sha256=hashlib.sha256(content).hexdigest(),
        parts=parts,
        macros=any(name.casefold() == MACROS.casefold() for name in names),
        external_links=sum(_LINKS.fullmatch(name) is not None for name in names),
    )


def content_of(path: Path, limits: Limits) -> bytes:
    """The bytes of the file at ``path``, or of standard input. Raises UnreadableError."""
    largest = limits.file * MIB
    if path == STANDARD_INPUT:
        content = _standard_input(sys.stdin.buffer, largest)
        if len(content) > largest:
            raise _too_large(limits)
        return content
    if path.name.startswith(("~$", ".~lock.")):
        raise UnreadableError("E107")
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            raise UnreadableError("E103", kind_zh="管道或设备", kind_en="a pipe or a device")
        if status.st_size > largest:
            raise _too_large(limits)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableError("E101") from error
    except (OSError, ValueError) as error:
        raise UnreadableError("E102", **reasons(error)) from error


@lru_cache(maxsize=1)
def _standard_input(stream: BinaryIO, largest: int) -> bytes:
    """What comes in, and no more than is needed to see that it is too much: it comes once, and is asked for more than once."""
    try:
        return stream.read(largest + 1)
    except OSError as error:
        raise UnreadableError("E102", **reasons(error)) from error


def _too_large(limits: Limits) -> UnreadableError:
    return beyond("文件大小", "its size", "file", limits.file, " MiB")


def _within_limits(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.entries:
        raise beyond("部件个数", "its number of parts", "entries", limits.entries)
    if max((entry.file_size for entry in entries), default=0) > limits.part * MIB:
        raise beyond("单个部件大小", "the size of a part", "part", limits.part, " MiB")
    if sum(entry.file_size for entry in entries) > limits.unpacked * MIB:
        raise beyond("解压后大小", "its unpacked size", "unpacked", limits.unpacked, " MiB")
    if any(e.file_size > max(HARMLESS_PART, limits.ratio * e.compress_size) for e in entries):
        raise beyond("压缩比", "the ratio at which a part is packed", "ratio", limits.ratio, ":1")


def _is_spreadsheet(names: set[str]) -> None:
    for mark, kind_zh, kind_en in (
        ("word/document.xml", "Word 文档", "a Word document"),
        ("ppt/presentation.xml", "演示文稿", "a presentation"),
        ("xl/workbook.bin", "二进制工作簿（.xlsb）", "a binary workbook (.xlsb)"),
        ("content.xml", "OpenDocument 文件（.ods）", "an OpenDocument file (.ods)"),
    ):
        if mark in names:
            raise UnreadableError("E103", kind_zh=kind_zh, kind_en=kind_en)
    if "[Content_Types].xml" not in {name.replace("\\", "/") for name in names}:
        raise UnreadableError("E103", kind_zh="普通压缩文件", kind_en="a plain archive")


def _is_document(names: set[str]) -> None:
    if not any(name.startswith("word/") for name in names):
        raise UnreadableError("E727")


def _are_plain(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse entries of which two readers may take different ones."""
    # Part names are compared without regard to case (Open Packaging Conventions, 6.3.5).
    if twice := [name for name, times in Counter(e.filename.casefold() for e in entries).items() if times > 1]:
        raise unheard_of(f"部件 {twice[0]} 重复", f"the part {twice[0]} twice")
    for entry in entries:
        if not entry.filename:
            raise damaged("a part without a name")
        if "\\" in entry.orig_filename:
            raise unheard_of("部件名中有反斜杠", "a part's name with a backslash")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) and not entry.flag_bits & 1:
            raise unheard_of("不常见的压缩方法", "an unusual method of compression")


def _unpacked_parts(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """The parts that anything is read from, checked."""
    parts: dict[str, bytes] = {}
    for entry in entries:
        if entry.filename.endswith("/"):
            continue
        stored = _unpacked(archive, entry)
        if entry.filename.lower().endswith(_READ):
            parts[entry.filename] = part = _in_utf8(stored, entry.filename)
            _holds_no_trap(part)
    return parts


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """A part, held against its checksum."""
    with archive.open(entry) as stream:
        part = stream.read(entry.file_size + 1)  # no more than it says it has, whatever comes out
    if len(part) != entry.file_size:
        raise zipfile.BadZipFile(f"{entry.filename}: {len(part)} bytes for {entry.file_size}")
    return part


def _in_utf8(part: bytes, name: str) -> bytes:
    """An XML part in UTF-8, from that or UTF-16: the two there are."""
    start = part[:4]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in start:
        codec = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-le" if start[1:2] == b"\0" else "utf-16-be"
        text = part.decode(codec)
        return re.sub(r"(<\?xml\s[^>]*?)\s+encoding\s*=\s*[\"'][^\"']*[\"']", r"\1", text, count=1).encode()
    declared = _DECLARATION.match(part[:200].removeprefix(b"\xef\xbb\xbf"))
    if declared is not None and declared[1].lower() not in _ENCODINGS:
        raise unheard_of(f"部件 {name} 的编码", f"the encoding of the part {name}")
    return part


def _holds_no_trap(part: bytes) -> None:
    # Looking for one byte first takes a tenth of the time.
    if b"!" in part and (b"<!DOCTYPE" in part or b"<!ENTITY" in part):
        raise unheard_of("文档类型或实体声明", "a document type or entity declaration")
    # A token longer than this covers one of the pieces whole.
    half = LONGEST_TOKEN // 2
    if any(part.find(b"<", start, start + half) < 0 for start in range(half, len(part) - half, half)):
        raise unheard_of("过长的 XML 标记", "a giant XML token")


def _not_a_package(content: bytes) -> UnreadableError:
    """Which well-known kind of file this is instead of a workbook."""
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not content.strip(b"\0"):
        return UnreadableError("E103", kind_zh="空文件", kind_en="an empty file")
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if "EncryptedPackage".encode("utf-16-le") in content:
            return UnreadableError("E105")
        return UnreadableError("E103", kind_zh="旧版工作簿（.xls 或 .et）", kind_en="an old workbook (.xls or .et)")
    if start.startswith((b"<!doctype html", b"<html")) or b"<table" in start:
        return UnreadableError("E103", kind_zh="网页（HTML）", kind_en="a web page (HTML)")
    if start.startswith(b"<"):
        return UnreadableError("E103", kind_zh="XML 文件", kind_en="an XML file")
    if start.startswith(b"%pdf"):
        return UnreadableError("E103", kind_zh="PDF 文件", kind_en="a PDF file")
    if b"\0" not in content[:4096]:
        return UnreadableError("E103", kind_zh="文本文件（如 .csv）", kind_en="a text file (such as .csv)")
    return UnreadableError("E103", kind_zh="其他格式的文件", kind_en="some other kind of file")
