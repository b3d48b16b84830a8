"""The headings of a community's feed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community
from banyan.core.events import announce
from banyan.core.ids import uuid7, write_id
from banyan.core.refusals import NotAllowed, Refusal
from banyan.core.text import lang_of
from banyan.people.models import Person

from .. import rules
from ..events import TopicSteered
from ..models import Topic
from ..queries.feed import head_key


class TooManyTopics(Refusal):
    sentence = _("Twelve topics are the most a feed can carry. Take one away first.")


class TopicTaken(Refusal):
    sentence = _("There is such a topic already.")


@transaction.atomic
def add(*, community: Community, name: str, now: datetime, second_name: str = "") -> Topic:
    """Give the feed one more heading, at the end."""
    rows = Topic.objects.of(community)
    if rows.count() >= rules.MOST_TOPICS:
        raise TooManyTopics
    slug = slugify(name)[:40] or slugify(second_name)[:40] or write_id(uuid7())[-8:]
    last = rows.order_by("-position").values_list("position", flat=True).first()
    try:
        with transaction.atomic():
            made = Topic.objects.create(
                community=community,
                slug=slug,
                position=(last or 0) + 1,
                **_named(name, second_name, community),
            )
    except IntegrityError as taken:
        raise TopicTaken from taken
    _forget(community.pk)
    return made


def rename(*, topic: Topic, name: str, second_name: str = "") -> None:
    """Change its names; its address stays."""
    Topic.objects.filter(pk=topic.pk).update(**_named(name, second_name, topic.community))
    _forget(topic.community_id)


def let_post(*, topic: Topic, who: str) -> None:
    """Say who may post under it: rules.MEMBERS or rules.TEAM. What stands there stays."""
    if who not in dict(rules.WHO_POSTS):
        raise NotAllowed
    Topic.objects.filter(pk=topic.pk).update(who_posts=who)
    _forget(topic.community_id)


def archive(*, topic: Topic, now: datetime) -> None:
    """Close it for new posts and take its tab away; what stands there can still be read."""
    Topic.objects.filter(pk=topic.pk, archived_at=None).update(archived_at=now)
    _forget(topic.community_id)


def reopen(*, topic: Topic) -> None:
    Topic.objects.filter(pk=topic.pk).update(archived_at=None)
    _forget(topic.community_id)


@transaction.atomic
def shift(*, topic: Topic, step: int) -> None:
    """Move it one place towards the beginning (-1) or the end (1); at the edge it stays."""
    Community.objects.select_for_update(no_key=True).get(pk=topic.community_id)
    order = list(Topic.objects.of(topic.community_id).order_by("position", "pk"))
    at = next((n for n, one in enumerate(order) if one.pk == topic.pk), None)
    if at is None or not 0 <= at + step < len(order):
        return
    order.insert(at + step, order.pop(at))
    for n, one in enumerate(order):
        if one.position != n:
            Topic.objects.filter(pk=one.pk).update(position=n)
    _forget(topic.community_id)


def remove(*, topic: Topic) -> None:
    """Take a heading away; its posts stay in the feed without it."""
    topic.delete()
    _forget(topic.community_id)


def say(*, topic: Topic, what: str, by: Person, now: datetime) -> None:
    """Write down who steered a topic, in the transaction of what was done."""
    announce(
        TopicSteered(
            community_id=topic.community_id, object_id=topic.pk, actor=by.pseudonym, what=what,
            now=now,
        )
    )  # fmt: skip


def _forget(community_id: int) -> None:
    transaction.on_commit(lambda: cache.delete(head_key(community_id)))


def _named(name: str, second_name: str, community: Community) -> dict[str, Any]:
    return {
        "name": name,
        "lang": lang_of(name, community.lang),
        "second_name": second_name,
        "second_lang": lang_of(second_name, "") if second_name else "",
    }
