"""A whole community into one zip, some rows at a time."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import secrets
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import IO, Any

from django.apps import apps
from django.conf import settings

import banyan
from banyan.communities.models import Community
from banyan.core.moving import Apart, Book, Stays, answers

from . import rules, special
from .index import Index
from .tables import MEMBER, PICTURE, Table, plain, tables

README = """\
A community made with Banyan, whole: its words, people, pictures, products and events.

manifest.json     what is in here, how much, and the SHA-256 of every file
community.json    the community itself
rows/             one line of JSON for each row, one file for each table
media/            pictures
books/            orders and ledger as tables, for your own records

Bring it in on any Banyan under "Start a community", "From a file". People come without accounts:
each may take their history again with the same confirmed address. Money does not move between
instances: what stands in books/ is not brought in anywhere. Left out, and why: see "stays" in the
manifest. Not in here: passwords, sessions, keys of payment providers, private messages, addresses.

这是用 Banyan 建立的一个社区的全部内容：文字、成员、图片、商品与活动。可在任何 Banyan 上
“创建社区”里的“从文件迁入”带入。成员以无账号的方式迁入，用同一个已验证的邮箱即可认领自己的历史。
钱不会在站点之间转移：books/ 里的订单与账目只供你自己留存，不会被带入任何地方。
这里没有：密码、登录状态、支付密钥、私信、邮箱地址。
"""

type Progress = Callable[[int], None]


class Pack:
    """Writes one zip. `salt` keys the hashes of addresses in it."""

    def __init__(self, community: Community, out: IO[bytes], *, now: datetime, oid: str,
                 progress: Progress) -> None:  # fmt: skip
        self.community, self.now, self.oid = community, now, oid
        self.zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self.salt = secrets.token_hex(16)
        self.files: dict[str, dict[str, Any]] = {}
        self.counts: dict[str, int] = {}
        self.done = 0
        self.progress = progress

    def write(self) -> dict[str, int]:
        """Everything; gives the number of rows of each table."""
        with self.zip, Index() as index:
            self._file(rules.README, [README.encode()])
            self._rows(MEMBER, self._members(index))
            self._pictures(index)
            for label, table in tables().items():
                self._rows(label, self._table(table, index))
            cover = self.community.cover_id
            has_cover = cover is not None and index.has(PICTURE, cover)
            said = special.community(self.community, cover if has_cover else None)
            self._file(rules.COMMUNITY, [_json(said)])
            for label, answer in answers.items():
                if isinstance(answer, Book):
                    self._file(f"books/{label}.csv", self._book(label, answer))
            self.zip.writestr(rules.MANIFEST, json.dumps(self._manifest(), indent=1))
        return self.counts

    def _file(self, name: str, pieces: Any, *, packed: bool = True) -> None:
        digest, size = hashlib.sha256(), 0
        info = zipfile.ZipInfo(name, date_time=self.now.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.external_attr = 0o644 << 16
        with self.zip.open(info, "w", force_zip64=True) as file:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                file.write(piece)
        self.files[name] = {"sha256": digest.hexdigest(), "size": size}

    def _rows(self, label: str, lines: Iterator[dict[str, Any]]) -> None:
        self.counts[label] = 0
        self._file(rules.rows_name(label), self._counted(label, lines))

    def _counted(self, label: str, lines: Iterator[dict[str, Any]]) -> Iterator[bytes]:
        for line in lines:
            self.counts[label] += 1
            self._step()
            yield _json(line) + b"\n"

    def _step(self) -> None:
        self.done += 1
        if self.done % 500 == 0:
            self.progress(self.done)

    def _members(self, index: Index) -> Iterator[dict[str, Any]]:
        after = 0
        while batch := special.members(self.community, after, rules.BATCH, self.salt):
            after = batch[-1]["id"]
            for line in batch:
                index.add(MEMBER, line["id"])
                yield line

    def _pictures(self, index: Index) -> None:
        """First the files, noting which could be read, then their rows."""
        after = 0
        while batch := special.pictures(self.community, after, rules.BATCH):
            after = batch[-1].pk
            for picture in batch:
                storage, name = picture.file.storage, picture.file.name
                ending = name.rpartition(".")[2].lower()
                inside = f"media/{picture.pk}.{ending}"
                if rules.media_id(inside) and storage.exists(name):
                    with storage.open(name, "rb") as file:
                        self._file(inside, file.chunks(), packed=False)
                    index.add(PICTURE, picture.pk)
        self._rows(PICTURE, self._picture_lines(index))

    def _picture_lines(self, index: Index) -> Iterator[dict[str, Any]]:
        after = 0
        while batch := special.pictures(self.community, after, rules.BATCH):
            after = batch[-1].pk
            owners = special.owners(self.community, batch)
            for picture in batch:
                if not index.has(PICTURE, picture.pk):
                    continue
                ending = picture.file.name.rpartition(".")[2].lower()
                yield special.picture_line(
                    picture, owners.get(picture.owner), f"media/{picture.pk}.{ending}"
                )

    def _table(self, table: Table, index: Index) -> Iterator[dict[str, Any]]:
        """Rows whose every needed part goes too; what is optional and does not go is left empty."""
        after = 0
        while batch := table.batch(self.community, after, rules.BATCH):
            after = batch[-1]["pk"]
            for row in batch:
                line = table.line(row)
                if all(
                    index.has(label, old) or self._empties(table, line, column)
                    for column, label, old in list(table.pointed(line))
                ):
                    index.add(table.label, row["pk"])
                    yield line

    def _empties(self, table: Table, line: dict[str, Any], column: str) -> bool:
        if not table.fields[column].null:
            return False
        line[column] = None
        return True

    def _book(self, label: str, answer: Book) -> Iterator[bytes]:
        yield "\ufeff".encode() + _csv([name.replace("__", "_") for name in answer.columns])
        rows = apps.get_model(label)._base_manager.filter(**{answer.of: self.community})
        after = 0
        while batch := list(
            rows.filter(pk__gt=after).order_by("pk").values("pk", *answer.columns)[: rules.BATCH]
        ):
            after = batch[-1]["pk"]
            for row in batch:
                self._step()
                yield _csv([rules.safe_cell(plain(row[name])) for name in answer.columns])

    def _manifest(self) -> dict[str, Any]:
        return {
            "format": rules.FORMAT, "version": rules.VERSION, "banyan": banyan.__version__,
            "made_at": self.now.isoformat(), "source": settings.SITE_URL, "package": self.oid,
            "community": {"slug": self.community.slug, "name": self.community.name},
            "address_salt": self.salt, "counts": self.counts, "files": self.files,
            "money": "Orders and ledger are in books/ for your records. Money does not move "
            "between instances, and none of it is brought in.",
            "apart": {n: a.how for n, a in sorted(answers.items()) if isinstance(a, Apart)},
            "books": {n: a.because for n, a in sorted(answers.items()) if isinstance(a, Book)},
            "stays": {n: a.because for n, a in sorted(answers.items()) if isinstance(a, Stays)},
        }  # fmt: skip


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _csv(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().encode()
