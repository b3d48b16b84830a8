"""Whose sharing brought an order or a member: the last touch that counts, written once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from banyan.communities import actions as communities
from banyan.communities.models import Member
from banyan.core.jobs import run_due
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.culture import actions as culture
from banyan.sharing import rules, things, visits
from banyan.sharing.actions import attributing, linking
from banyan.sharing.models import Attribution, Bond, Link, Touch

from .conftest import came_by

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_member_gets_one_link_for_each_channel_and_the_same_ones_again(links_of, cast, now):
    first = links_of(cast.jonas)
    assert set(first) == {channel for channel, _words in rules.CHANNELS}
    assert len({link.code for link in first.values()}) == len(first)
    again = links_of(cast.jonas, at=now + DAY)
    assert {link.code for link in again.values()} == {link.code for link in first.values()}
    assert again["link"].expires_at == rules.expires_at(now + DAY)
    assert {link.code for link in links_of(cast.lan).values()}.isdisjoint(
        link.code for link in first.values()
    )


def test_who_is_not_in_makes_no_links(kiln, cup, cast, member_of, now):
    jonas = member_of(kiln, cast.jonas)
    communities.leave(member=jonas, now=now)
    thing = things.find(kiln, "product", cup.product.public_id)
    with pytest.raises(NotAllowed):
        linking.share(member=jonas, thing=thing, now=now)
    assert not Link.objects.exists()


def test_an_order_belongs_to_the_last_link_its_buyer_came_by(links_of, sent_by, cast, now):
    jonas, lan = links_of(cast.jonas)["wechat"], links_of(cast.lan)["link"]
    order = sent_by(came_by(lan, now - DAY), came_by(jonas, now - 2 * DAY), at=now)
    fixed = Attribution.objects.get(order=order)
    assert (fixed.link, fixed.member.person, fixed.touched_at) == (lan, cast.lan, now - DAY)
    assert fixed.window_days == rules.WINDOW_DAYS
    assert Touch.objects.filter(link=lan).count() == 1


def test_a_guests_order_is_attributed_as_well(links_of, sent_by, cast, now):
    order = sent_by(links_of(cast.jonas)["poster"], at=now)
    assert order.person is None
    assert Attribution.objects.get(order=order).member.person == cast.jonas


def test_nobodys_own_order_counts_for_them(links_of, sent_by, cast, now):
    own, lan = links_of(cast.jonas)["link"], links_of(cast.lan)["link"]
    assert not Attribution.objects.filter(order=sent_by(own, person=cast.jonas, at=now)).exists()
    as_guest = sent_by(own, at=now)
    as_guest_email = as_guest.email
    assert Attribution.objects.filter(order=as_guest).exists()
    type(cast.jonas).objects.filter(pk=cast.jonas.pk).update(email=as_guest_email.upper())
    assert not Attribution.objects.filter(order=sent_by(own, at=now + DAY)).exists()
    order = sent_by(
        came_by(own, now + DAY), came_by(lan, now), person=cast.jonas, at=now + DAY
    )  # the last one that counts
    assert Attribution.objects.get(order=order).member.person == cast.lan


def test_outside_the_window_nobodys_touch_counts(kiln, links_of, sent_by, cast, member_of, now):
    link = links_of(cast.jonas, at=now - 30 * DAY)["link"]
    old = came_by(link, now - 8 * DAY)
    assert not Attribution.objects.filter(order=sent_by(old, at=now)).exists()
    linking.change_terms(by=member_of(kiln, cast.mei), window_days=10, inviter_keeps=False, now=now)
    assert Attribution.objects.filter(order=sent_by(old, at=now)).exists()


def test_a_link_that_is_off_expired_or_of_somebody_who_left_counts_for_nobody(
    kiln, links_of, sent_by, cast, member_of, now
):
    mei = member_of(kiln, cast.mei)
    off = links_of(cast.jonas)["link"]
    linking.turn_off(link=off, by=mei, now=now)
    expired = links_of(cast.kenji, at=now - timedelta(days=rules.EXPIRES_DAYS + 1))["link"]
    left = links_of(cast.lan)["link"]
    communities.leave(member=member_of(kiln, cast.lan), now=now)
    for link in (off, expired, left):
        assert not Attribution.objects.filter(order=sent_by(link, at=now)).exists()
    with pytest.raises(WrongMoment):
        linking.turn_off(link=off, by=mei, now=now)
    linking.turn_on(link=off, by=mei, now=now)
    assert Attribution.objects.filter(order=sent_by(off, at=now + DAY)).exists()
    with pytest.raises(WrongMoment):
        linking.turn_on(link=off, by=mei, now=now)


def test_what_was_fixed_stays_whatever_is_shared_later(links_of, sent_by, cast, now):
    order = sent_by(links_of(cast.jonas)["link"], at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        attributing.attribute(
            order_id=order.pk, seen=[came_by(links_of(cast.lan)["link"], now)], now=now
        )
    assert Attribution.objects.get(order=order).member.person == cast.jonas


def test_a_link_of_another_community_brings_nobody_here(
    tea, links_of, sent_by, cast, member_of, now
):
    there = things.find(tea, "community", tea.public_id)
    (link, *_rest) = linking.share(member=member_of(tea, cast.sol), thing=there, now=now)
    seen = visits.Seen(links_of(cast.jonas)["link"].community_id, link.pk, "x" * 16, now)
    assert not Attribution.objects.filter(order=sent_by(seen, at=now)).exists()


def test_an_order_without_a_touch_asks_nothing_of_sharing(order_of, cup, now):
    with CaptureQueriesContext(connection) as seen:
        order_of((cup, 1), at=now)
    assert not [q for q in seen if "sharing_" in q["sql"]]


def test_touches_are_neither_changed_nor_deleted_and_a_visit_counts_once(links_of, cast, now):
    seen = came_by(links_of(cast.jonas)["link"], now)
    attributing.note([seen, visits.Seen(seen.community_id, 10**9, "gone", now)])
    attributing.note([seen])
    (touch,) = Touch.objects.all()
    for attack in (
        lambda: Touch.objects.filter(pk=touch.pk).update(visit="x"),
        lambda: Touch.objects.filter(pk=touch.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attack()


def _join(person: Any, kiln: Any, link: Link | None, now: Any, **more: Any) -> Member:
    seen = (came_by(link, now),) if link else ()
    with visits.carrying(lambda: visits.Carried(seen, person.pseudonym)):
        return culture.join(community=kiln, person=person, version=1, now=now, **more)


def test_joining_after_a_link_binds_an_inviter_once(kiln, links_of, cast, now):
    dara = _join(cast.dara, kiln, links_of(cast.jonas)["link"], now)
    bond = Bond.objects.get(member=dara)
    assert (bond.inviter.person, bond.depth) == (cast.jonas, 1)
    yusuf = _join(cast.yusuf, kiln, links_of(cast.dara)["link"], now)
    assert Bond.objects.get(member=yusuf).depth == 2
    communities.leave(member=yusuf, now=now)
    _join(cast.yusuf, kiln, links_of(cast.lan)["link"], now + DAY)
    assert Bond.objects.get(member=yusuf).inviter == dara


def test_nobody_is_brought_in_by_who_came_later(kiln, links_of, member_of, cast, now):
    jonas = member_of(kiln, cast.jonas)
    _join(cast.dara, kiln, links_of(cast.jonas)["link"], now)
    communities.leave(member=jonas, now=now)
    _join(cast.jonas, kiln, links_of(cast.dara)["link"], now + DAY)
    assert not Bond.objects.filter(member=jonas).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Bond.objects.create(
            community=kiln, member=jonas, inviter=member_of(kiln, cast.dara), bound_at=now
        )


def test_what_an_operator_opened_counts_for_nobody_who_is_admitted(
    kiln, links_of, member_of, cast, now
):
    type(kiln).objects.filter(pk=kiln.pk).update(join_policy="approval")
    kiln.refresh_from_db()
    dara = _join(cast.dara, kiln, None, now)
    seen = (came_by(links_of(cast.jonas)["link"], now),)
    with visits.carrying(lambda: visits.Carried(seen, cast.mei.pseudonym)):
        communities.admit(member=dara, by=cast.mei, now=now)
    assert dara.is_in
    assert not Bond.objects.filter(member=dara).exists()
    yusuf = _join(cast.yusuf, kiln, links_of(cast.lan)["link"], now)  # asked after the link
    communities.admit(member=yusuf, by=cast.mei, now=now + DAY)
    assert Bond.objects.get(member=yusuf).inviter.person == cast.lan


def test_where_inviters_keep_whom_they_brought_they_come_before_a_link(
    kiln, links_of, sent_by, order_of, capture, cup, member_of, cast, now
):
    _join(cast.dara, kiln, links_of(cast.jonas)["link"], now)
    lan = links_of(cast.lan)["link"]
    before = sent_by(lan, person=cast.dara, at=now)
    mei = member_of(kiln, cast.mei)
    linking.change_terms(by=mei, window_days=7, inviter_keeps=True, now=now + DAY)
    kept = sent_by(lan, person=cast.dara, at=now + 2 * DAY)
    plain = order_of((cup, 1), person=cast.dara, at=now + 2 * DAY)
    assert not Attribution.objects.filter(order=plain).exists()
    capture(plain, at=now + 2 * DAY)
    run_due(now=now + 2 * DAY)
    run_due(now=now + 2 * DAY)
    assert Attribution.objects.get(order=before).member.person == cast.lan
    for order in (kept, plain):
        fixed = Attribution.objects.get(order=order)
        assert (fixed.member.person, fixed.touched_at) == (cast.jonas, now)


def test_a_personal_invitation_binds_its_maker_before_any_link(
    kiln, links_of, member_of, cast, now
):
    from banyan.communities.entry import inviting

    invitation = inviting.invite(by=member_of(kiln, cast.jonas), now=now)
    lan = links_of(cast.lan)["link"]
    dara = _join(cast.dara, kiln, lan, now + DAY, invitation=invitation)
    bond = Bond.objects.get(member=dara)
    assert (bond.inviter.person, bond.link) == (cast.jonas, None)
    passing = inviting.invite(by=member_of(kiln, cast.mei), now=now)
    yusuf = _join(cast.yusuf, kiln, None, now + DAY, invitation=passing)
    assert not Bond.objects.filter(member=yusuf).exists()  # the shop itself let them in
