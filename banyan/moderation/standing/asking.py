"""Where a muted member would write: why not, by which clause, until when; their words are kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from banyan.communities.doors import before_inside
from banyan.culture.asking import is_writing

from . import queries

_OWN_WORD = {"form_key", "accept_charter", "parent"}
_SAYS_IT_ITSELF = {"chat-send"}  # its page keeps what was typed, and shows the sentence


@before_inside
def ask(request: Any) -> HttpResponse | None:
    match, member = request.resolver_match, request.member
    if not member.is_muted or match is None or match.url_name in _SAYS_IT_ITSELF:
        return None
    if not is_writing(match.url_name):
        return None
    kept = [
        value
        for name, values in request.POST.lists()
        for value in values
        if name not in _OWN_WORD and value.strip() and len(value) > 1
    ]
    mute = queries.mute_of(member, timezone.now())
    context = {"mute": mute, "until_at": member.muted_until, "kept": kept}
    return render(request, "moderation/muted.html", context, status=403)
