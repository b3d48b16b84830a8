"""The preview of a post's first link: promised with the post, fetched by the worker, taken out."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from banyan.communities.models import Member
from banyan.core import fetch as web
from banyan.core.models import Picture
from banyan.core.pictures import NotAPicture, drop_picture, take_picture
from banyan.core.refusals import NotAllowed
from banyan.core.text import lang_of

from .. import rules
from ..models import LinkPreview, Post
from ..pages import Page, read

MOST_BYTES = 3 * 1024 * 1024


def ask(post: Post) -> str:
    """Bring the row in step with the words of the post; gives the address to fetch, or ""."""
    address = rules.first_link(post.body)
    mine = LinkPreview.objects.filter(post=post).select_related("picture").first()
    if mine is not None and mine.url == address:
        return ""
    if mine is not None:
        _drop(mine.picture)
        mine.delete()
    if address:
        LinkPreview.objects.create(community_id=post.community_id, post=post, url=address)
    return address


def fetch(*, post_id: int, url: str, now: datetime) -> None:
    """Get page and picture and keep them. Nobody's browser ever asks that place.

    Safe to run again; what was taken out or changed meanwhile stays as it is.
    """
    rows = LinkPreview.objects.filter(post_id=post_id, url=url, state=rules.WAITING)
    row = rows.select_related("post__author__person").first()
    if row is None:
        return
    try:
        page = read(web.fetch(url, accept="text/html", most=MOST_BYTES), url)
    except web.Unfetched:
        page = Page()
    if not page.title:
        rows.update(state=rules.FAILED, fetched_at=now)
        return
    picture = _picture(row, page, now) if page.picture else None
    kept = rows.update(
        state=rules.READY, title=page.title, text=page.text, picture=picture, fetched_at=now,
        lang=lang_of(f"{page.title} {page.text}", ""),
    )  # fmt: skip
    if not kept and picture is not None:
        drop_picture(picture)


def _picture(row: LinkPreview, page: Page, now: datetime) -> Picture | None:
    try:
        return take_picture(
            web.fetch(page.picture), community_id=row.community_id,
            owner=row.post.author.person.pseudonym, now=now,
        )  # fmt: skip
    except (web.Unfetched, NotAPicture):
        return None


@transaction.atomic
def take_out(*, post: Post, by: Member) -> None:
    """The author wants no preview; it does not come back while the link stands."""
    if post.author_id != by.pk or not by.is_in:
        raise NotAllowed
    mine = LinkPreview.objects.filter(post=post).select_related("picture").first()
    if mine is None:
        return
    LinkPreview.objects.filter(pk=mine.pk).update(
        state=rules.TAKEN_OUT, title="", text="", picture=None
    )
    _drop(mine.picture)


def _drop(picture: Picture | None) -> None:
    if picture is not None:
        transaction.on_commit(partial(drop_picture, picture))
