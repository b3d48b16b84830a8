"""With DEBUG on, the pages that wait for a code say where the mails went."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse


def mails(request: Any) -> dict[str, str]:
    if settings.DEBUG and settings.MAIL == "file":
        return {"debug_mail_url": reverse("dev-mail")}
    return {}
