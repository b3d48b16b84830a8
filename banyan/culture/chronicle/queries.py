from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch
from django.utils.html import format_html
from django.utils.safestring import SafeString

from banyan.communities.models import Community
from banyan.communities.places import url

from ..models import Goal, Page
from . import kinds


@dataclass(frozen=True)
class Line:
    page: Page
    icon: str
    sentence: str | SafeString
    lang: str
    url: str


def lines(community: Community, rows: Any) -> list[Line]:
    return [
        Line(row, kinds.ICONS.get(row.kind, "sprout"), *_sentence(row), _link(community, row))
        for row in rows
    ]


def _sentence(row: Page) -> tuple[str | SafeString, str]:
    if row.kind == kinds.TEAM:
        return row.here_title, row.here_lang
    facts = dict(row.facts)
    if "title" in facts:
        named = Goal(**{k: facts[k] for k in ("title", "lang", "second_title", "second_lang")})
        facts["title"] = format_html('<b lang="{}">{}</b>', named.here_lang, named.here_title)
    template = str(kinds.SENTENCES.get(row.kind, row.key))
    # The sentence is ours; what it names was escaped above.
    return SafeString(template % facts) if facts else template, ""


def _link(community: Community, row: Page) -> str:
    if not row.place:
        return ""
    args = dict(row.place_args)
    if "id" in args:
        from uuid import UUID

        args["id"] = UUID(args["id"])
    try:
        return url(community, row.place, **args)
    except NoReverseMatch:  # a part of the house that is not here any more
        return ""
