"""Holding a text for a look, letting it through, refusing it, and taking either back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from banyan.chat import rules as chat
from banyan.chat.actions import hold as lines
from banyan.chat.models import Message
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
from ..models import Hold, Policy, SeenDomain

MODELS: dict[str, Any] = {"post": Post, "comment": Comment, "message": Message}
HELD_BY = {"post": "PostHeld", "comment": "CommentHeld", "message": "MessageHeld"}


@looks_first
def look_first(said: Said, now: datetime) -> Keep | None:
    """Whether a text waits for a look. Those who run the place, and neighbours, never wait."""
    policy = queries.policy(said.author.community_id)
    text = f"{said.title}\n{said.body}"
    links = rules.links_in(text)
    is_line = said.kind == "message"  # in a room
    if said.author.role != membership.MEMBER:
        if not is_line:
            _remember(said.author.community_id, links, now)
        return None
    if not policy.is_on:
        return None

    def may_need(*unknown: str) -> bool:
        return rules.could_need_a_look(
            rules.weigh(facts, off=policy.off), policy.threshold, off=policy.off, unknown=unknown
        )

    # The cheap questions first: what most people write is through before the database is asked.
    facts = _facts(said, text, policy, links, now)
    if not links and not may_need(*(() if is_line else (rules.RATE,)), rules.ALIKE):
        return None
    if not is_line:  # many short lines are how people chat; a flood of them is refused there
        facts = replace(facts, lately=queries.written_lately(said, now=now))
    if not links and not may_need(rules.ALIKE):
        return None
    level = queries.level_of(said.author) if is_line else queries.level(said.author)
    if level >= rules.NEIGHBOUR:
        if not is_line:
            _remember(said.author.community_id, links, now)
        return None
    new = queries.unseen(said.author.community, {rules.domain_of(one) for one in links})
    facts = replace(facts, level=level, new_domains=new)
    if rules.ALIKE not in policy.off and may_need(rules.ALIKE):
        own, others = _alike(text, said, now)
        facts = replace(facts, own=own, others=others)
    reasons = rules.weigh(facts, off=policy.off)
    if not rules.needs_a_look(reasons, policy.threshold):
        return None
    return partial(_keep, reasons=reasons, said=said)


def _facts(said: Said, text: str, policy: Policy, links: list[str], now: datetime) -> rules.Facts:
    """What the text and the account say by themselves, as of somebody not known yet."""
    return rules.Facts(
        links=len(links),
        photos=said.photos,
        age=now - said.author.person.joined_at,
        words=script.words_in(text, policy.words),
        seed=script.words_in(text, list(rules.SEED_WORDS)),
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


def _keep(thing: Any, now: datetime, *, reasons: list[rules.Reason], said: Said) -> None:
    """Write down why; a text that waits already gets its newer reasons."""
    why = {
        "reasons": [[one.rule, one.points, list(one.found)] for one in reasons],
        "score": sum(one.points for one in reasons),
    }
    waiting = Hold.objects.filter(kind=said.kind, object_id=thing.pk, state=rules.WAITING)
    if not waiting.update(**why):
        Hold.objects.create(
            community_id=said.author.community_id, kind=said.kind, object_id=thing.pk,
            author_id=said.author.pk, held_at=now, **why,
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
    if isinstance(thing, Message):
        lines.let_through(message=thing, now=now)
    else:
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
    shown = chat.SENT if isinstance(thing, Message) else content.PUBLISHED
    if {rules.PASSED: shown, rules.REFUSED: content.HIDDEN}.get(hold.state) != thing.state:
        raise WrongMoment
    hold.move(rules.WAITING, reviewed_at=None, reviewed_by=None)
    if isinstance(thing, Message):
        lines.hold_again(message=thing, now=now)
    else:
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


def _thing(hold: Hold, by: Member) -> Post | Comment | Message:
    if hold.community_id != by.community_id or not by.may("content.moderate"):
        raise NotAllowed
    joins = ["author__person", "author__community"]
    if hold.kind == "comment":
        joins += ["post__author__person", "answers__author__person"]
    if hold.kind == "message":
        joins = ["author", "room__community"]
    found: Post | Comment | Message | None = (
        MODELS[hold.kind].objects.select_related(*joins).filter(pk=hold.object_id).first()
    )
    if found is None:
        raise WrongMoment
    return found


def _say(hold: Hold, by: Member, now: datetime) -> None:
    announce(
        HoldReviewed(
            community_id=hold.community_id,
            object_id=hold.pk,
            actor=by.person.pseudonym,
            parent_id=activity.find(hold.kind, hold.object_id, HELD_BY[hold.kind]),
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
