"""Introductions: who wants them, pairs drawn week by week, what the two do, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from random import Random

from banyan.chat.actions import messages
from banyan.chat.models import Room
from banyan.core.refusals import Refusal
from banyan.introductions import actions, measuring, rules
from banyan.introductions.models import Side
from banyan.people import actions as people
from banyan.people.rules import FIND_PEOPLE, SELF

from ..plan import chat as words
from ..plan.shapes import EN, ZH, Plan, WillingPlan
from .hands import Hands

FIRST_DAYS, LAST_DAYS = 55, 6  # ago
WRITE, ANSWER, FOLLOW, NO = 0.3, 0.55, 0.14, 0.06

type Deed = tuple[datetime, str, Callable[[Hands, datetime], None]]


def steps(plan: Plan) -> Iterator[Deed]:
    for one in plan.willing:
        yield one.at, "introductions", partial(_turn_on, one)
    writes = {one.key: one.writes for one in plan.people}
    rng = Random(plan.seed + 3)
    firsts = {lang: words.greetings(rng, lang, answer=False) for lang in (EN, ZH)}
    answers = {lang: words.greetings(rng, lang, answer=True) for lang in (EN, ZH)}
    for days in range(FIRST_DAYS, LAST_DAYS - 1, -7):
        for place in plan.communities:
            at = plan.now - timedelta(days=days)
            yield at, "introductions", partial(_draw, place.slug)
            week = _Week(plan, place.slug, days, writes, firsts, answers)
            yield at + timedelta(hours=20), "introductions", week.greet
            yield at + timedelta(hours=50), "introductions", week.answer


def finish(plan: Plan) -> None:
    """What the worker would have done meanwhile."""
    actions.end_due(now=plan.now)
    measuring.settle_due(now=plan.now)


def _turn_on(one: WillingPlan, hands: Hands, now: datetime) -> None:
    member = hands.members[one.person, one.community]
    member.refresh_from_db(fields=["state"])
    person = hands.people[one.person]
    people.keep_tags(
        person=person, keys=one.likes, purpose=FIND_PEOPLE, source=SELF, lang=person.lang, now=now
    )
    actions.turn_on(member=member, now=now)


def _draw(slug: str, hands: Hands, now: datetime) -> None:
    actions.end_due(now=now)
    actions.draw(hands.places[slug], now=now)


class _Week:
    """The pairs of one draw: who writes first, who answers, who follows, who would rather not."""

    def __init__(
        self, plan: Plan, slug: str, days: int, writes: dict[str, tuple[str, ...]],
        firsts: dict[str, list[str]], answers: dict[str, list[str]],
    ) -> None:  # fmt: skip
        self.rng = Random(f"{plan.seed}:{slug}:{days}")
        self.slug, self.writes, self.firsts, self.answers = slug, writes, firsts, answers
        self.drawn_at = plan.now - timedelta(days=days)
        self.begun: list[tuple[Room, Side, str]] = []

    def _sides(self, hands: Hands) -> list[Side]:
        rows = Side.objects.of(hands.places[self.slug]).filter(
            drawn_at=self.drawn_at, introduction__state=rules.INTRODUCED
        )
        return list(
            rows.select_related("member__community", "member__person", "other__person").order_by(
                "introduction", "pk"
            )
        )

    def _lang(self, side: Side, keys: dict[int, str]) -> str:
        """What both of them write; "" when there is none."""
        mine = self.writes[keys[side.member.person_id]]
        theirs = self.writes[keys[side.other.person_id]]
        return next((lang for lang in (side.other.person.lang, *mine) if lang in mine
                     and lang in theirs), "")  # fmt: skip

    def greet(self, hands: Hands, now: datetime) -> None:
        keys = {person.pk: key for key, person in hands.people.items()}
        met: set[int] = set()
        for n, side in enumerate(self._sides(hands)):
            at, chance = now + timedelta(minutes=n), self.rng.random()
            if side.introduction_id in met:
                continue
            lang = self._lang(side, keys)
            try:
                if chance < WRITE and lang and self.firsts[lang]:
                    body = self.firsts[lang].pop().format(it=words.liked(side.interest, lang))
                    room = actions.write(side=side, member=side.member, body=body, now=at)
                    self.begun.append((room, side, lang))
                    met.add(side.introduction_id)
                elif WRITE <= chance < WRITE + FOLLOW:
                    actions.follow(side=side, member=side.member, now=at)
                elif chance > 1 - NO:
                    actions.put_away(side=side, member=side.member, now=at)
            except Refusal:  # they left meanwhile, or want no introductions any more
                continue

    def answer(self, hands: Hands, now: datetime) -> None:
        for n, (room, side, lang) in enumerate(self.begun):
            if self.rng.random() > ANSWER or not self.answers[lang]:
                continue
            at = now + timedelta(minutes=3 * n)
            try:
                messages.send(
                    room=room, author=side.other.person, body=self.answers[lang].pop(), now=at
                )
            except Refusal:
                continue
