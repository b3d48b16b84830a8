"""States, limits, and what a file of a community is called inside. Pure."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from django.utils.translation import gettext_lazy as _

FORMAT, VERSION = "banyan-community", 1
FILE_DAYS = 7
UNDO_DAYS = 7
BATCH = 200

# A file on its way out
ASKED, READY, EXPIRED, FAILED = "asked", "ready", "expired", "failed"
PACKAGE_MOVES = {ASKED: (READY, FAILED), READY: (EXPIRED,)}

# A file on its way in
READING, REFUSED, SHOWN, WORKING, DONE, UNDONE = (
    "reading", "refused", "shown", "working", "done", "undone",
)  # fmt: skip
UNPACKING_MOVES = {
    READING: (SHOWN, REFUSED, FAILED),
    SHOWN: (WORKING, EXPIRED),
    WORKING: (DONE, FAILED),
    DONE: (UNDONE,),
}

# A list of people to invite
LISTED, SENDING, SENT, REVOKED = "listed", "sending", "sent", "revoked"
LIST_MOVES = {LISTED: (SENDING, REVOKED), SENDING: (SENT, REVOKED), SENT: (REVOKED,)}
MOST_INVITED = 500
LIST_BYTES = 1024 * 1024

MAX_ZIP_BYTES = 300 * 1024 * 1024
MAX_WHOLE_BYTES = 2 * 1024 * 1024 * 1024
MAX_RATIO = 120  # a line of JSON gets much smaller in a zip, but not a thousand times
SMALL_BYTES = 20 * 1024 * 1024  # below it no ratio is asked
MAX_FILES = 100_000
MAX_LINE_BYTES = 2 * 1024 * 1024
MAX_MANIFEST_BYTES = 16 * 1024 * 1024
MAX_ROWS = 5_000_000
MOST_PROBLEMS = 100

_ROWS = re.compile(r"rows/([a-z]+\.[a-z]+)\.jsonl\Z")
_MEDIA = re.compile(r"media/([1-9][0-9]{0,18})\.(?:jpg|jpeg|png|webp|gif)\Z")
_BOOKS = re.compile(r"books/[a-z]+\.[a-z]+\.csv\Z")
MANIFEST, README, COMMUNITY = "manifest.json", "README.txt", "community.json"


def rows_name(label: str) -> str:
    return f"rows/{label}.jsonl"


def label_in(name: str) -> str:
    """The table a file of rows is of; "" for every other file."""
    found = _ROWS.match(name)
    return found[1] if found else ""


def media_id(name: str) -> int:
    """The picture a media file is of; 0 for every other file."""
    found = _MEDIA.match(name)
    return int(found[1]) if found else 0


def is_known(name: str) -> bool:
    return name in (MANIFEST, README, COMMUNITY) or bool(
        _ROWS.match(name) or _MEDIA.match(name) or _BOOKS.match(name)
    )


def hash_email(email: str, salt: str) -> str:
    """The address, so slowly that a list of addresses is dear to try (docs/adr)."""
    said = email.strip().lower().encode()
    return hashlib.scrypt(said, salt=bytes.fromhex(salt), n=2**12, r=8, p=1, dklen=32).hex()


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: Any) -> str:
    """As a spreadsheet shows it, never as it would reckon it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


# What a file can have wrong, in words; `what` is the name, number or column it is about.
PROBLEMS: dict[str, Any] = {
    "not-a-zip": _("This is not a zip file, or it is damaged."),
    "locked": _("The zip is locked with a password."),
    "too-big": _("It is too large: at most 300 MB, and 2 GB unpacked."),
    "bomb": _("It would unpack to far more than it holds. It is not taken in."),
    "too-many-files": _("It holds too many files."),
    "path": _("It names a file outside of itself."),
    "unknown-file": _("It holds a file that no community’s zip has."),
    "twice": _("The same file stands in it twice."),
    "no-manifest": _("The manifest is missing, or is not one."),
    "version": _("It was made in a format that this Banyan does not read."),
    "missing-file": _("A file that the manifest names is missing."),
    "unlisted-file": _("A file is not in the manifest."),
    "sum": _("A file is not what it was when the zip was made: its SHA-256 differs."),
    "size": _("A file does not have the size that the manifest gives."),
    "unknown-table": _("It holds rows of a table that this Banyan does not bring in."),
    "not-json": _("A line is not JSON."),
    "long-line": _("A line is too long."),
    "columns": _("A line does not have the columns it must have."),
    "value": _("A value is not what its column may hold."),
    "reference": _("A line names another one that is not in the zip."),
    "double": _("Two lines are the same where only one may be."),
    "rule": _("A line breaks a rule of its table."),
    "count": _("The number of lines is not the one in the manifest."),
    "picture": _("A picture cannot be read."),
    "no-community": _("The community’s own record is missing or is not one."),
}
