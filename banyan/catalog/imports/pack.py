"""Pictures in an uploaded zip, found by file name. Bombs are refused before they are unpacked."""

from __future__ import annotations

import zipfile
from pathlib import PurePosixPath
from typing import IO
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from banyan.core.pictures import MAX_BYTES
from banyan.core.refusals import Refusal

MAX_ZIP_BYTES = 300 * 1024 * 1024
MAX_FILES = 20_000
_MAX_RATIO = 20  # pictures hardly get smaller in a zip
_MAX_WHOLE = 1024 * 1024 * 1024
_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif")


class BadZip(Refusal):
    sentence = _("That zip cannot be used. Pack only pictures, up to 300 MB, without a password.")


def name_in(address: str) -> str:
    """The file name an address or path ends with, as it is looked for in a zip."""
    path = urlsplit(address).path if "://" in address else address
    return PurePosixPath(unquote(path).replace("\\", "/")).name.casefold()


class Pack:
    """An opened zip of pictures. BadZip when it is none, is locked, or would blow up."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
            raise BadZip from fault
        if len(entries) > MAX_FILES:
            raise BadZip
        unpacked = sum(entry.file_size for entry in entries)
        packed = sum(entry.compress_size for entry in entries)
        if unpacked > _MAX_WHOLE or unpacked > max(packed * _MAX_RATIO, 20 * 1024 * 1024):
            raise BadZip
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise BadZip
        self._entries = {
            name_in(entry.filename): entry
            for entry in entries
            if entry.filename.lower().endswith(_ENDINGS) and entry.file_size <= MAX_BYTES
        }

    @property
    def names(self) -> set[str]:
        return set(self._entries)

    def read(self, address: str) -> bytes | None:
        """The picture of that name, or None. What is larger than it says is BadZip."""
        entry = self._entries.get(name_in(address))
        if entry is None:
            return None
        try:
            with self._zip.open(entry) as file:
                content = file.read(MAX_BYTES + 1)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as fault:
            raise BadZip from fault
        if len(content) > MAX_BYTES:
            raise BadZip
        return content
