"""Members' links, who came by them, what the shop pays for it, and the payouts."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from banyan.sellers.models import Book
from banyan.sharing import accounts, rules, things, visits
from banyan.sharing.actions import attributing, clearing, earning, linking, payouts
from banyan.sharing.models import Link, Offer

from ..plan.shapes import OfferPlan, Plan
from .hands import Hands

LOOKS = (0, 1, 1, 2, 3, 4, 6, 9)  # that led to nothing, for each link

type Deed = tuple[datetime, str, Callable[[Hands, datetime], None]]


def steps(plan: Plan) -> Iterator[Deed]:
    offer, hour = plan.offer, timedelta(hours=1)
    yield offer.at, "sharing", partial(make_offer, offer)
    for n, who in enumerate(offer.accepts, start=1):
        yield offer.at + n * 7 * hour, "sharing", partial(accept, offer, who)
    yield offer.left_at, "sharing", partial(leave, offer)
    at = offer.at + 24 * hour
    while at < plan.now:
        yield at, "commission", clear
        at += 24 * hour
    yield offer.paid_at, "payouts", partial(pay_out, offer)
    yield plan.now - hour, "sharing", partial(look, plan)


def came_by(
    share: str, slug: str, person: Any, hands: Hands, now: datetime
) -> AbstractContextManager[None]:
    """Inside, whoever acts came by a member's link some minutes ago; `share` names the member."""
    member = hands.members.get((share.removesuffix(f"-{slug}"), slug)) if share else None
    if member is None:
        return nullcontext()
    member.refresh_from_db(fields=["state"])
    if not member.is_in:
        return nullcontext()
    link = _link(member, share, hands, now)
    then = now - timedelta(minutes=6)
    seen = visits.Seen(member.community_id, link.pk, secrets.token_hex(8), then)
    pseudonym = person.pseudonym if person else None
    return visits.carrying(lambda: visits.Carried((seen,), pseudonym))


def _link(member: Any, share: str, hands: Hands, now: datetime) -> Link:
    """The member's own link to their community, each time through another channel."""
    key = (share, member.community.slug)
    if key not in hands.links:
        community = things.find(member.community, rules.COMMUNITY, member.community.public_id)
        assert community is not None
        made = linking.share(member=member, thing=community, now=now - timedelta(hours=2))
        first = rules.WECHAT if member.person.lang.startswith("zh") else rules.LINK
        hands.links[key] = sorted(made, key=lambda link: link.channel != first)
    links = hands.links[key]
    return links[(0, 0, 1, 0, 2)[now.minute % 5]]


def _offer(plan: OfferPlan, hands: Hands) -> Offer:
    return Offer.objects.get(community=hands.places[plan.community])


def make_offer(plan: OfferPlan, hands: Hands, now: datetime) -> None:
    earning.offer(
        by=hands.members[hands.owners[plan.community], plan.community], rate_bp=plan.rate_bp,
        second_bp=0, cap_minor=plan.cap_minor, hold_days=plan.hold_days, product_ids=[], now=now,
    )  # fmt: skip


def accept(plan: OfferPlan, who: str, hands: Hands, now: datetime) -> None:
    member = hands.members[who, plan.community]
    earning.accept(offer=_offer(plan, hands), member=member, now=now)


def leave(plan: OfferPlan, hands: Hands, now: datetime) -> None:
    member = hands.members[plan.leaves, plan.community]
    earning.leave(offer=_offer(plan, hands), member=member, now=now)


def clear(hands: Hands, now: datetime) -> None:
    clearing.clear_due(now=now)


def pay_out(plan: OfferPlan, hands: Hands, now: datetime) -> None:
    """Half of what has cleared, in whole hundreds; it arrives a day later."""
    member = hands.members[plan.paid_out, plan.community]
    by = hands.members[hands.owners[plan.community], plan.community]
    book = Book.objects.get(community=member.community)
    there = accounts.purse(book, member.person.pseudonym).available.minor
    amount = there // 200 * 100
    if amount:
        made = payouts.begin(member=member, amount_minor=amount, by=by, now=now)
        payouts.done(payout=made, by=by, now=now + timedelta(days=1))


def look(plan: Plan, hands: Hands, now: datetime) -> None:
    """Others looked as well, and went on."""
    rng = Random(plan.seed + 6)
    for links in hands.links.values():
        for link in links:
            spent = (now - link.made_at).total_seconds()
            attributing.note(
                [
                    visits.Seen(link.community_id, link.pk, secrets.token_hex(8),
                                link.made_at + timedelta(seconds=rng.random() * spent))
                    for _ in range(rng.choice(LOOKS))
                ]
            )  # fmt: skip
