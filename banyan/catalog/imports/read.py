"""From a file's bytes to rows: encoding, separator, quoting. Pure."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field

from . import columns
from .given import Problem

MAX_BYTES = 30 * 1024 * 1024
MAX_FIELD = 1024 * 1024
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass
class Rows:
    """`rows` are (number as a spreadsheet counts, column -> text); the header is row 1."""

    header: list[str] = field(default_factory=list)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    encoding: str = ""
    delimiter: str = ","


def decode(content: bytes) -> tuple[str, str] | None:
    """(text, encoding): UTF-8 or UTF-16 with or without mark, else GB 18030, else Windows Latin."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError:
            return None
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("gb18030")
        if _HAN.search(text):
            return text, "GB 18030"
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return None


def separator_of(text: str) -> str:
    """The comma, semicolon or tab that the header uses most, outside quotes."""
    header = re.sub(r'"[^"]*"', "", text.split("\n", 1)[0])
    return max(",;\t", key=header.count)


def read(content: bytes) -> Rows:
    """The rows of a CSV file. Its faults stand in `problems`, and then there may be no rows."""
    found = Rows()
    if len(content) > MAX_BYTES:
        found.problems.append(Problem("file-too-big", 0))
        return found
    decoded = decode(content)
    if decoded is None or "\0" in decoded[0]:
        found.problems.append(Problem("not-text", 0))
        return found
    text, found.encoding = decoded
    if not text.strip():
        found.problems.append(Problem("file-empty", 0))
        return found
    found.delimiter = separator_of(text)
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=found.delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number == 1:
                found.header = [columns.named(cell) for cell in cells]
                _check_header(found)
                if found.problems:
                    return found
            elif any(cell.strip() for cell in cells):
                if any(cell.strip() for cell in cells[len(found.header) :]):
                    found.problems.append(Problem("too-many-cells", number))
                found.rows.append((number, dict(zip(found.header, cells, strict=False))))
    except csv.Error:
        found.problems.append(Problem("broken-quotes", number + 1))
    return found


def _check_header(found: Rows) -> None:
    for name in columns.REQUIRED:
        if name not in found.header:
            found.problems.append(Problem("missing-column", 1, name))
    doubled = {n for n in found.header if n and found.header.count(n) > 1}
    for name in sorted(doubled & {*columns.UNDERSTOOD, *columns.OF_VARIANT}):
        found.problems.append(Problem("double-column", 1, name))
