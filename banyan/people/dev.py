"""Debug only: the mails that a development server wrote to files."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from banyan.core.doors import debug_only

MOST = 30


@debug_only
def mails(request: Any) -> HttpResponse:
    folder = Path(settings.DATA) / "mail"
    files = sorted(folder.glob("*.log"), key=lambda f: f.stat().st_mtime, reverse=True)[:MOST]
    found = [mail for file in files for mail in reversed(_read(file))][:MOST]
    return render(request, "people/dev_mail.html", {"mails": found})


def _read(file: Path) -> list[dict[str, Any]]:
    """The mails of one file; Django divides them by a line of 79 dashes."""
    parts = file.read_bytes().split(b"-" * 79)
    mails = []
    for part in parts:
        if not part.strip():
            continue
        message = email.message_from_bytes(part.lstrip(), policy=default)
        if isinstance(message, EmailMessage):
            body = message.get_body(("plain", "html"))
            mails.append(
                {
                    "to": message["To"],
                    "subject": message["Subject"],
                    "date": message["Date"],
                    "text": body.get_content() if body else "",
                }
            )
    return mails
