"""Holding a text for a look, letting it through, refusing it, and taking either back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from banyan.communities import rules as membership
from banyan.communities.models import Member
from banyan.content import rules as content
from banyan.content.actions import hold as holding
from banyan.content.gate import Keep, Said, looks_first
from banyan.content.models import Comment, Post
from banyan.core import activity
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.moderation import actions as moderation
from banyan.moderation import rules as verdicts
from banyan.moderation.objects import kind_of

from .. import queries, rules, script
from ..events import HoldReviewed
from ..models import Hold, Policy, SeenDomain, Standing

MODELS: dict[str, Any] = {"post": Post, "comment": Comment}


@looks_first
def look_first(said: Said, now: datetime) -> Keep | None:
    """Whether a text waits for a look. Those who run the place, and neighbours, never wait."""
    policy = queries.policy(said.author.community_id)
    links = rules.links_in(said.body) + rules.links_in(said.title)
    if said.author.role != membership.MEMBER:
        _remember(said.author.community_id, links, now)
        return None
    if not policy.is_on:
        return None
    level = Standing.objects.filter(member=said.author).values_list("level", flat=True).first() or 0
    if level >= rules.NEIGHBOUR:
        _remember(said.author.community_id, links, now)
        return None
    facts = _facts(said, policy, links, level, now)
    reasons = rules.weigh(facts, off=policy.off)
    short_of = policy.threshold - sum(one.points for one in reasons)
    if rules.ALIKE not in policy.off and short_of <= rules.ALIKE_MOST:
        own, others = _alike(f"{said.title}\n{said.body}", said, now)
        reasons = rules.weigh(replace(facts, own=own, others=others), off=policy.off)
    if not rules.needs_a_look(reasons, policy.threshold):
        return None
    return partial(_keep, reasons=reasons)


def _facts(said: Said, policy: Policy, links: list[str], level: int, now: datetime) -> rules.Facts:
    """All but what recent texts say: those are read only where they can decide."""
    text = f"{said.title}\n{said.body}"
    return rules.Facts(
        links=len(links),
        new_domains=queries.unseen(said.author.community, {rules.domain_of(one) for one in links}),
        photos=said.photos,
        age=now - said.author.person.joined_at,
        lately=queries.written_lately(said, now=now),
        words=script.words_in(text, policy.words),
        seed=script.words_in(text, list(rules.SEED_WORDS)),
        level=level,
    )


def _alike(text: str, said: Said, now: datetime) -> tuple[int, int]:
    """How many recent texts of the same person, and of others, are almost this one."""
    if script.weight(text) < rules.ALIKE_WEIGHT:
        return 0, 0
    mine, author = script.sketch(text), said.author.person_id
    own = others = 0
    for person_id, other in queries.recent_texts(said, now=now):
        if script.likeness(mine, script.sketch(other)) >= rules.ALIKE_FROM:
            own += person_id == author
            others += person_id != author
    return own, others


def _keep(thing: Any, now: datetime, *, reasons: list[rules.Reason]) -> None:
    """Write down why; a text that waits already gets its newer reasons."""
    said = {
        "reasons": [[one.rule, one.points, list(one.found)] for one in reasons],
        "score": sum(one.points for one in reasons),
    }
    kind = "post" if isinstance(thing, Post) else "comment"
    waiting = Hold.objects.filter(kind=kind, object_id=thing.pk, state=rules.WAITING)
    if not waiting.update(**said):
        Hold.objects.create(
            community_id=thing.community_id, kind=kind, object_id=thing.pk,
            author_id=thing.author_id, held_at=now, **said,
        )  # fmt: skip


def _remember(community_id: int, links: list[str], now: datetime) -> None:
    """Somebody trusted has named these places: they are known here from now on."""
    domains = {rules.domain_of(one) for one in links} - {""}
    SeenDomain.objects.bulk_create(
        [SeenDomain(community_id=community_id, domain=one, seen_at=now) for one in domains],
        ignore_conflicts=True,
    )


@transaction.atomic
def let_through(*, hold: Hold, by: Member, now: datetime) -> None:
    """Show it. WrongMoment when somebody looked already, or its author took it back."""
    thing = _thing(hold, by)
    hold.move(
        rules.PASSED, only_from=(rules.WAITING,), reviewed_at=now, reviewed_by=by.person.pseudonym
    )
    holding.let_through(thing=thing, now=now)
    links = rules.links_in(thing.body) + rules.links_in(getattr(thing, "title", ""))
    _remember(hold.community_id, links, now)
    _say(hold, by, now)


@transaction.atomic
def refuse(
    *, hold: Hold, by: Member, now: datetime, reason: str, clause: str = "", words: str = ""
) -> None:
    """Do not show it: a moderator's decision, with its reason and a clause of the charter.

    Its author reads why. WrongMoment when somebody was faster; NoSuchClause.
    """
    _thing(hold, by)
    oid = MODELS[hold.kind].objects.values_list("public_id", flat=True).get(pk=hold.object_id)
    shown = kind_of(hold.kind).find(by.community, oid)
    if shown is None:
        raise WrongMoment
    hold.move(
        rules.REFUSED, only_from=(rules.WAITING,), reviewed_at=now, reviewed_by=by.person.pseudonym
    )
    moderation.decide(
        thing=shown, verdict=verdicts.HIDE, by=by, now=now, reason=reason, clause=clause,
        words=words,
    )  # fmt: skip
    _say(hold, by, now)


@transaction.atomic
def undo(*, hold: Hold, by: Member, now: datetime) -> None:
    """Let it wait again, within a day of the look. WrongMoment later, or when things moved on."""
    thing = _thing(hold, by)
    at = hold.reviewed_at
    if at is None or now - at > timedelta(seconds=rules.UNDO_SECONDS):
        raise WrongMoment
    if Hold.objects.filter(kind=hold.kind, object_id=hold.object_id, state=rules.WAITING).exists():
        raise WrongMoment
    shown_as = {rules.PASSED: content.PUBLISHED, rules.REFUSED: content.HIDDEN}
    if shown_as.get(hold.state) != thing.state:
        raise WrongMoment
    hold.move(rules.WAITING, reviewed_at=None, reviewed_by=None)
    holding.hold_again(thing=thing, now=now)
    _say(hold, by, now)


def settle_refused(kind: str, object_id: int, by: Any, now: datetime) -> None:
    """A moderator decided about a waiting thing elsewhere: it waits no longer."""
    Hold.objects.filter(kind=kind, object_id=object_id, state=rules.WAITING).update(
        state=rules.REFUSED, reviewed_at=now, reviewed_by=by
    )


def settle_restored(kind: str, object_id: int, by: Any, now: datetime) -> None:
    """What was refused is shown after all: it had been held wrongly."""
    last = Hold.objects.filter(kind=kind, object_id=object_id).order_by("-pk").first()
    if last is not None and last.state == rules.REFUSED:
        last.move(rules.PASSED, reviewed_at=now, reviewed_by=by)


def _thing(hold: Hold, by: Member) -> Post | Comment:
    if hold.community_id != by.community_id or not by.may("content.moderate"):
        raise NotAllowed
    joins = ["author__person", "author__community"]
    if hold.kind == "comment":
        joins += ["post__author__person", "answers__author__person"]
    found: Post | Comment | None = (
        MODELS[hold.kind].objects.select_related(*joins).filter(pk=hold.object_id).first()
    )
    if found is None:
        raise WrongMoment
    return found


def _say(hold: Hold, by: Member, now: datetime) -> None:
    verb = "PostHeld" if hold.kind == "post" else "CommentHeld"
    announce(
        HoldReviewed(
            community_id=hold.community_id,
            object_id=hold.pk,
            actor=by.person.pseudonym,
            parent_id=activity.find(hold.kind, hold.object_id, verb),
            thing_kind=hold.kind,
            thing_id=hold.object_id,
            verdict=hold.state,
            subject=hold.author.person.pseudonym,
            now=now,
        )
    )


def forget_old(*, now: datetime) -> int:
    """Holds that somebody looked at are gone after half a year; waiting ones never go."""
    old = Hold.objects.filter(reviewed_at__lt=now - timedelta(days=rules.KEPT_DAYS))
    return int(old.exclude(state=rules.WAITING).delete()[0])
