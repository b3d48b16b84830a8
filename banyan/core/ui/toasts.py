"""One sentence after something happened, with an Undo where there is one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django_htmx.http import trigger_client_event


def toast(
    request: HttpRequest, text: Any, *, undo: str = "", level: int = messages.SUCCESS
) -> None:
    """Say `text` on the next page; `undo` is an address that takes a POST."""
    messages.add_message(request, level, str(text), extra_tags=f"undo={undo}" if undo else "")


def toast_now(
    response: HttpResponse, text: Any, *, undo: str = "", bad: bool = False
) -> HttpResponse:
    """The same for an answer to htmx: the sentence appears without a new page."""
    told = {"text": str(text), "undo": undo, "tone": "bad" if bad else "good"}
    trigger_client_event(response, "toast", told)
    return response
