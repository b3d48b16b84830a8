from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q

from banyan.chat import rules as chat
from banyan.chat.models import Message
from banyan.chat.queries import moderated
from banyan.communities.models import Community, Member
from banyan.content import rules as content
from banyan.content.gate import Said
from banyan.content.models import Comment, Post
from banyan.core.db.prepared import Prepared
from banyan.moderation.objects import Shown

from . import rules
from .models import Hold, Policy, SeenDomain, Standing

PAGE = 20
_KEPT_SECONDS = 60


def policy_key(community_id: int) -> str:
    return f"guard-policy:{community_id}"


def policy(community_id: int) -> Policy:
    """A community's policy, the usual one where it has none; at most a minute old elsewhere."""
    found: Policy | None = cache.get(policy_key(community_id))
    if found is None:
        row = Policy.objects.filter(pk=community_id).first()
        found = row or Policy(community_id=community_id)
        cache.set(policy_key(community_id), found, _KEPT_SECONDS)
    return found


def unseen(community: Community, domains: set[str]) -> list[str]:
    """Those of `domains` that nobody trusted has named here; our own address is known."""
    own = {rules.domain_of(settings.SITE_URL), community.domain or ""}
    asked = domains - own - {""}
    if not asked:
        return []
    rows = SeenDomain.objects.filter(community=community, domain__in=asked)
    return sorted(asked - set(rows.values_list("domain", flat=True)))


_WRITTEN = (content.PUBLISHED, content.HELD, content.HIDDEN, content.DELETED, content.REMOVED)


def recent_texts(said: Said, *, now: datetime) -> list[tuple[int, str]]:
    """(person, text) of the latest posts and comments here, and of the author's elsewhere; for a
    line in a room, of such lines too."""
    author = said.author
    since = now - timedelta(hours=rules.ALIKE_HOURS)
    mine = Member.objects.filter(person=author.person_id).exclude(pk=author.pk).values("pk")
    found: list[tuple[int, str]] = []
    for model, names in ((Post, ("title", "body")), (Comment, ("body",))):
        rows: Any = model.objects.filter(
            state__in=_WRITTEN, published_at__gt=since, published_at__lte=now
        )
        if said.thing is not None and isinstance(said.thing, model):
            rows = rows.exclude(pk=said.thing.pk)
        for some in (rows.filter(community=author.community_id), rows.filter(author__in=mine)):
            texts = some.order_by("-published_at").values_list("author__person_id", *names)
            found += [(one[0], "\n".join(one[1:])) for one in texts[: rules.ALIKE_READ]]
    return found + _recent_lines(said, since, now) if said.kind == "message" else found


def _recent_lines(said: Said, since: datetime, now: datetime) -> list[tuple[int, str]]:
    rows = Message.objects.filter(
        room__community__isnull=False, sent_at__gt=since, sent_at__lte=now
    ).exclude(state=chat.ERASED)
    if said.thing is not None:
        rows = rows.exclude(pk=said.thing.pk)
    here = rows.filter(room__community=said.author.community_id)
    own = rows.filter(author=said.author.person_id).exclude(
        room__community=said.author.community_id
    )
    return [
        one
        for some in (here, own)
        for one in some.order_by("-sent_at").values_list("author", "body")[: rules.ALIKE_READ]
    ]


def _lately(model: Any) -> Prepared:
    return Prepared(
        lambda person, since, now: model.objects.filter(
            author__in=Member.objects.filter(person=person).values("pk"),
            published_at__gt=since,
            published_at__lte=now,
        ).values_list("pk", flat=True)[: rules.RATE_MANY],
        0,
        datetime.max,
        datetime.max,
    )


_posts_lately, _comments_lately = _lately(Post), _lately(Comment)


def written_lately(said: Said, *, now: datetime) -> int:
    """How many texts their author wrote within ten minutes, in all communities, with this one.

    No more than can matter are counted of each kind.
    """
    if said.thing is not None:
        return 1
    asked = (said.author.person_id, now - timedelta(seconds=rules.RATE_SECONDS), now)
    return 1 + len(_posts_lately(*asked)) + len(_comments_lately(*asked))


_level = Prepared(
    lambda member: Standing.objects.filter(member=member).values_list("level", flat=True)[:1], 0
)


def level(member: Member) -> int:
    return _level.first(member.pk) or 0


def level_of(member: Member) -> int:
    """How far a member is trusted; for who is beyond looking at, at most a minute old."""
    key = level_key(member.pk)
    found: int | None = cache.get(key)
    if found is None:
        found = level(member)
        if found >= rules.NEIGHBOUR:
            cache.set(key, found, _KEPT_SECONDS)
    return found


def level_key(member_id: int) -> str:
    return f"guard-level:{member_id}"


def waiting(community: Any) -> Any:
    """Holds whose text still waits: what its author took back does not."""
    is_post = Exists(Post.objects.filter(pk=OuterRef("object_id"), state=content.HELD))
    is_comment = Exists(Comment.objects.filter(pk=OuterRef("object_id"), state=content.HELD))
    is_line = Exists(Message.objects.filter(pk=OuterRef("object_id"), state=chat.HELD))
    return Hold.objects.of(community).filter(
        Q(is_post, kind="post") | Q(is_comment, kind="comment") | Q(is_line, kind="message"),
        state=rules.WAITING,
    )


def waiting_count(community: Any) -> int:
    """For menus and queues."""
    return int(waiting(community).count())


@dataclass
class Row:
    """A hold with its text as a moderator sees it."""

    hold: Hold
    thing: Shown | None


def rows_of(community: Any, holds: Iterable[Hold]) -> list[Row]:
    """The holds with their texts: one query for each kind."""
    found = list(holds)
    things: dict[tuple[str, int], Shown] = {}
    for kind in {one.kind for one in found}:
        ids = [one.object_id for one in found if one.kind == kind]
        states = (content.HELD, content.PUBLISHED, content.HIDDEN, chat.SENT)
        for thing in _shown(community, kind, ids, states):
            things[kind, thing.object_id] = thing
    return [Row(one, things.get((one.kind, one.object_id))) for one in found]


def _shown(community: Any, kind: str, ids: list[int], states: tuple[str, ...]) -> list[Shown]:
    from banyan.content.queries.moderated import comment_shown, post_shown

    if kind == "message":
        lines = moderated.judged(community).filter(pk__in=ids, state__in=states)
        return moderated.all_shown(community, lines)
    if kind == "post":
        posts = Post.objects.of(community).filter(pk__in=ids, state__in=states)
        posts = posts.select_related("author__person__picture", "cover")
        return [post_shown(community, one) for one in posts]
    comments = Comment.objects.of(community).filter(pk__in=ids, state__in=states)
    comments = comments.select_related("author__person__picture", "post")
    return [comment_shown(community, one) for one in comments]


def queue(community: Any, page: int = 1) -> tuple[list[Row], bool]:
    """What waits, the longest waiting first; and whether more follow."""
    rows = waiting(community).select_related("author__person")
    found = list(rows.order_by("held_at", "pk")[(page - 1) * PAGE : page * PAGE + 1])
    return rows_of(community, found[:PAGE]), len(found) > PAGE


def oldest_held(
    community: Any, member: Any, most: int, now: datetime
) -> list[tuple[datetime, int]]:
    """For the studio's one queue: (since when, hold) of what has waited longest."""
    return list(waiting(community).order_by("held_at", "pk").values_list("held_at", "pk")[:most])


def held_by_id(community: Any, keys: list[int], now: datetime) -> dict[int, Row]:
    holds = Hold.objects.of(community).filter(pk__in=keys).select_related("author__person")
    return {row.hold.pk: row for row in rows_of(community, holds) if row.thing is not None}


def reviewed(community: Any, page: int = 1) -> tuple[list[Row], bool]:
    """What somebody looked at, the latest first."""
    rows = Hold.objects.of(community).exclude(state=rules.WAITING).select_related("author__person")
    found = list(rows.order_by("-reviewed_at", "-pk")[(page - 1) * PAGE : page * PAGE + 1])
    return rows_of(community, found[:PAGE]), len(found) > PAGE


@dataclass(frozen=True)
class Share:
    """Of how many looked at, how many were let through. `percent` is None under 30."""

    label: Any
    of: int
    passed: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.passed / self.of) if self.of >= rules.FEW else None


def false_alarms(community: Any, *, now: datetime) -> tuple[Share, list[Share]]:
    """Held texts that were let through, of those looked at in 30 days; then for each reason."""
    since = now - timedelta(days=rules.FALSE_DAYS)
    rows = Hold.objects.of(community).filter(reviewed_at__gt=since).exclude(state=rules.WAITING)
    all_of: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for state, reasons in rows.order_by().values_list("state", "reasons"):
        keys = {"", *(one[0] for one in reasons)}
        all_of.update(keys)
        if state == rules.PASSED:
            passed.update(keys)
    each = [
        Share(label, all_of[rule], passed[rule])
        for rule, label in rules.REASONS.items()
        if all_of[rule]
    ]
    return Share("", all_of[""], passed[""]), each


def mine(member: Member) -> dict[tuple[str, int], Hold]:
    """A member's own texts that wait, by what they are."""
    rows = Hold.objects.filter(author=member, state=rules.WAITING).order_by("-pk")[:200]
    return {(one.kind, one.object_id): one for one in rows}


def hold_of(kind: str, object_id: int) -> Hold | None:
    return Hold.objects.filter(kind=kind, object_id=object_id, state=rules.WAITING).first()
