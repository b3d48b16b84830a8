"""Communities, their charters, topics and rates; who joins, asks, signs again and leaves."""

from __future__ import annotations

from datetime import datetime, timedelta

from banyan.communities import actions as communities
from banyan.communities.models import Member
from banyan.content.actions import topic as topics
from banyan.content.models import Topic
from banyan.core.activity import Touch, touched
from banyan.culture import actions as culture
from banyan.culture.models import Charter
from banyan.matching import actions as matching
from banyan.orders.actions import shipping

from ..plan.shapes import EN, ZH, CommunityPlan, JoinPlan
from . import sharing
from .hands import Hands


def found(plan: CommunityPlan, hands: Hands, now: datetime) -> None:
    owner = hands.people[plan.owner]
    charter = plan.earlier_charter or plan.charter
    place = culture.found(
        founder=owner, slug=plan.slug, currency="CNY", now=now, name=plan.name,
        second_name=plan.second_name, purpose=plan.purpose, second_purpose=plan.second_purpose,
        lang=EN, second_lang=ZH, goal=charter.goal, values=charter.values,
        conventions=charter.conventions, second_goal=charter.second_goal,
        second_values=charter.second_values, second_conventions=charter.second_conventions,
        interests=list(plan.interests), brand_h=plan.brand_h, brand_c=plan.brand_c,
        zone=plan.zone, join_policy=plan.join_policy,
    )  # fmt: skip
    cover = hands.picture(
        plan.cover, community=place, owner=owner, now=now, alt=plan.purpose, lang=EN
    )
    communities.change_settings(community=place, by=owner, now=now, cover=cover)
    if plan.profile:
        matching.change_profile(community=place, by=owner, now=now, **plan.profile)
    hands.places[plan.slug], hands.owners[plan.slug] = place, plan.owner
    member = Member.objects.get(community=place, person=owner)
    member.community, member.person = place, owner
    hands.members[plan.owner, plan.slug] = member
    for one in plan.topics:
        known = Topic.objects.of(place).filter(name=one.name).first()
        hands.topics[plan.slug, one.slug] = known or topics.add(
            community=place, name=one.name, second_name=one.second_name, now=now
        )
    hands.rates[plan.slug] = [
        shipping.add_rate(
            community=place, by=owner, now=now, name=rate.name, lang=rate.lang,
            regions=list(rate.regions), price_minor=rate.price_minor,
            free_over_minor=rate.free_over_minor, days=rate.days,
        )
        for rate in plan.rates
    ]  # fmt: skip


def sign_again(person: str, slug: str, hands: Hands, now: datetime) -> None:
    charter = Charter.objects.of(hands.places[slug]).first()
    culture.sign(charter=charter, member=hands.members[person, slug], now=now)


def ask(plan: JoinPlan, hands: Hands, now: datetime) -> None:
    """Accept the charter: in at once, or waiting where others decide."""
    place, person = hands.places[plan.community], hands.people[plan.person]
    charter = Charter.objects.of(place).first()
    first = {"source": plan.source or "direct"} | ({"share": plan.share} if plan.share else {})
    touch = Touch(source=plan.source, share=plan.share, first=first)
    with touched(touch), sharing.came_by(plan.share, plan.community, person, hands, now):
        member = culture.join(
            community=place, person=person, version=charter.version, now=now, note=plan.note,
            lang=person.lang,
        )  # fmt: skip
    member.community, member.person = place, person
    hands.members[plan.person, plan.community] = member


def decide(plan: JoinPlan, hands: Hands, now: datetime) -> None:
    member, by = hands.members[plan.person, plan.community], hands.owner(plan.community)
    if plan.outcome == "joined":
        communities.admit(member=member, by=by, now=now)
    elif plan.outcome == "refused":
        communities.refuse(member=member, by=by, now=now)


def give_role(person: str, role: str, slug: str, hands: Hands, now: datetime) -> None:
    communities.give_role(
        member=hands.members[person, slug], role=role, by=hands.members[hands.owners[slug], slug],
        now=now + timedelta(seconds=20),
    )  # fmt: skip


def leave(plan: JoinPlan, hands: Hands, now: datetime) -> None:
    communities.leave(member=hands.members[plan.person, plan.community], now=now)
