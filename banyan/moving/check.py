"""Looking at a file before anything of it is believed. Writes nothing."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from banyan.core.ids import read_id
from banyan.core.pictures import MAX_BYTES, NotAPicture, look_at_picture

from . import rules, special
from .index import Index
from .tables import MEMBER, PICTURE, Wrong, tables

_CHUNK = 64 * 1024


@dataclass
class Report:
    manifest: dict[str, Any] = field(default_factory=dict)
    community: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[list[str]] = field(default_factory=list)  # code, file, line, what
    problem_count: int = 0

    def wrong(self, code: str, file: str = "", line: int = 0, what: str = "") -> None:
        self.problem_count += 1
        if len(self.problems) < rules.MOST_PROBLEMS:
            self.problems.append([code, file[:120], str(line or ""), what[:80]])

    def as_json(self) -> dict[str, Any]:
        return {
            "counts": self.counts, "problems": self.problems, "problem_count": self.problem_count,
            "community": {
                name: self.community.get(name, "") for name in ("slug", "name", "lang", "currency")
            },
            "source": str(self.manifest.get("source", ""))[:200],
            "made_at": str(self.manifest.get("made_at", ""))[:40],
            "banyan": str(self.manifest.get("banyan", ""))[:20],
        }  # fmt: skip


def open_zip(file: IO[bytes]) -> zipfile.ZipFile:
    """The zip, once its table of contents holds nothing that could hurt. Wrong says what does."""
    try:
        archive = zipfile.ZipFile(file)
        entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError,
            RecursionError, OverflowError) as fault:  # fmt: skip
        raise Wrong("not-a-zip") from fault
    if len(entries) > rules.MAX_FILES:
        raise Wrong("too-many-files")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Wrong("locked")
    whole = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if whole > rules.MAX_WHOLE_BYTES:
        raise Wrong("bomb")
    if whole > max(packed * rules.MAX_RATIO, rules.SMALL_BYTES):
        raise Wrong("bomb")
    seen = set()
    for entry in entries:
        name = entry.orig_filename
        if name.startswith(("/", "\\")) or "\\" in name or "\0" in name or ".." in name.split("/"):
            raise Wrong("path", name)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Wrong("not-a-zip", name)
        if not rules.is_known(name):
            raise Wrong("unknown-file", name)
        if name in seen:
            raise Wrong("twice", name)
        seen.add(name)
    return archive


def manifest_of(archive: zipfile.ZipFile) -> dict[str, Any]:
    """The manifest, of a format we read."""
    try:
        with archive.open(rules.MANIFEST) as file:
            said = json_of(file.read(rules.MAX_MANIFEST_BYTES + 1)[: rules.MAX_MANIFEST_BYTES])
    except (KeyError, Wrong, *BROKEN) as fault:
        raise Wrong("no-manifest") from fault
    if not isinstance(said, dict) or said.get("format") != rules.FORMAT:
        raise Wrong("no-manifest")
    if type(said.get("version")) is not int or said["version"] != rules.VERSION:
        raise Wrong("version", str(said.get("version"))[:20])
    _check_manifest(said)
    return said


def _check_manifest(said: dict[str, Any]) -> None:
    files, counts, salt = said.get("files"), said.get("counts"), said.get("address_salt")
    good = (
        isinstance(files, dict)
        and isinstance(counts, dict)
        and isinstance(salt, str)
        and len(salt) == 32
        and not set(salt) - set("0123456789abcdef")
        and isinstance(said.get("package"), str)
        and all(type(n) is int and 0 <= n <= rules.MAX_ROWS for n in counts.values())
        and all(isinstance(f, dict) and set(f) == {"sha256", "size"} for f in files.values())
    )
    if not good:
        raise Wrong("no-manifest")
    try:
        read_id(said["package"])
    except ValueError as fault:
        raise Wrong("no-manifest") from fault


BROKEN = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError)


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(text: str) -> Any:
    raise ValueError(text)


def json_of(content: bytes) -> Any:
    """A JSON value: no NaN, no name twice, not too deep. Wrong("not-json")."""
    try:
        return json.loads(content, object_pairs_hook=_no_twins, parse_constant=_refuse)
    except (ValueError, RecursionError, OverflowError) as fault:
        raise Wrong("not-json") from fault


def look(file: IO[bytes], progress: Callable[[int], None] = lambda done: None) -> Report:
    """Everything in the file against what it must be. Nothing is written."""
    report = Report()
    try:
        archive = open_zip(file)
        report.manifest = manifest_of(archive)
    except Wrong as wrong:
        report.wrong(wrong.code, wrong.what)
        return report
    with Index() as index:
        try:
            _Look(archive, report, index, progress).all()
        except BROKEN as fault:
            report.wrong("not-a-zip", what=type(fault).__name__)
    return report


class _Look:
    def __init__(self, archive: zipfile.ZipFile, report: Report, index: Index,
                 progress: Callable[[int], None]) -> None:  # fmt: skip
        self.zip, self.report, self.index, self.progress = archive, report, index, progress
        self.files = report.manifest["files"]
        self.done = 0

    def all(self) -> None:
        self._check_names()
        self._check_sums()
        if self.report.problems:  # a file that is not what it was is not read any further
            return
        self._community()
        self._rows(MEMBER, special.read_member, lambda row: [])
        self._rows(PICTURE, special.read_picture, self._of_picture)
        for label, table in tables().items():
            self._rows(label, table.read, table.pointed, table)
        cover = self.report.community.get("cover")
        if cover is not None and not self.index.has(PICTURE, cover):
            self.report.wrong("reference", rules.COMMUNITY, what="cover")

    def _of_picture(self, row: dict[str, Any]) -> list[tuple[str, str, int]]:
        return [("owner", MEMBER, row["owner"])] if row["owner"] is not None else []

    def _check_names(self) -> None:
        inside = {e.filename for e in self.zip.infolist()} - {rules.MANIFEST}
        for name in sorted(set(self.files) - inside)[:20]:
            self.report.wrong("missing-file", name)
        for name in sorted(inside - set(self.files))[:20]:
            self.report.wrong("unlisted-file", name)
        wanted = {MEMBER, PICTURE, *tables()}
        for name in sorted(inside):
            label = rules.label_in(name)
            if label and label not in wanted:
                self.report.wrong("unknown-table", name)
        for label in sorted(wanted):
            if rules.rows_name(label) not in inside:
                self.report.wrong("missing-file", rules.rows_name(label))
        if rules.COMMUNITY not in inside:
            self.report.wrong("no-community", rules.COMMUNITY)

    def _check_sums(self) -> None:
        for name, said in self.files.items():
            if name not in self.zip.NameToInfo:
                continue
            digest, size = hashlib.sha256(), 0
            with self.zip.open(name) as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
            if size != said["size"]:
                self.report.wrong("size", name)
            elif digest.hexdigest() != said["sha256"]:
                self.report.wrong("sum", name)

    def _community(self) -> None:
        try:
            with self.zip.open(rules.COMMUNITY) as file:
                said = json_of(file.read(rules.MAX_LINE_BYTES))
            self.report.community = special.read_community(said)
        except Wrong as wrong:
            self.report.wrong("no-community", rules.COMMUNITY, what=wrong.what)

    def _rows(self, label: str, read: Any, pointed: Any, table: Any = None) -> None:
        name, count = rules.rows_name(label), 0
        for number, content in lines_in(self.zip, name):
            count = number
            self._step()
            try:
                self._row(label, read, pointed, table, content)
            except Wrong as wrong:
                self.report.wrong(wrong.code, name, number, wrong.what)
                if self.report.problem_count > rules.MOST_PROBLEMS * 5 or wrong.code == "long-line":
                    break
        self.report.counts[label] = count
        if count != self.report.manifest["counts"].get(label):
            self.report.wrong("count", name)

    def _row(self, label: str, read: Any, pointed: Any, table: Any, content: bytes) -> None:
        if len(content) > rules.MAX_LINE_BYTES:
            raise Wrong("long-line")
        row = read(json_of(content))
        for column, other, old in pointed(row):
            if not self.index.has(other, old):
                raise Wrong("reference", column)
        if table is not None:
            table.check(row)
            for said in table.only(row):
                if not self.index.add(f"{label} only", said):
                    raise Wrong("double", said.partition("=")[0])
        if not self.index.add(label, row["id"]):
            raise Wrong("double", "id")
        if row.get("oid") and not self.index.add(f"{label} oid", row["oid"]):
            raise Wrong("double", "oid")
        if label == PICTURE:
            self._picture(row["file"])

    def _picture(self, name: str) -> None:
        if name not in self.files:
            raise Wrong("missing-file", name)
        try:
            look_at_picture(picture_in(self.zip, name))
        except NotAPicture as fault:
            raise Wrong("picture", name) from fault

    def _step(self) -> None:
        self.done += 1
        if self.done % 500 == 0:
            self.progress(self.done)


def picture_in(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        return file.read(MAX_BYTES + 1)


def lines_in(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[int, bytes]]:
    """(number, line) of a file of rows; a line that is too long comes cut, and is the last."""
    number = 0
    with archive.open(name) as file:
        while line := file.readline(rules.MAX_LINE_BYTES + 2):
            number += 1
            yield number, line
            if len(line) > rules.MAX_LINE_BYTES:
                return
