"""Joining, leaving, roles, bans: works, wrong moment, wrong person, twice."""

from __future__ import annotations

import pytest
from django.core import mail

from banyan.communities import actions, rules
from banyan.communities.models import Community, Member
from banyan.core.jobs import run_due
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.culture import actions as culture


@pytest.fixture
def closed_tea(tea):
    Community.objects.filter(pk=tea.pk).update(join_policy=rules.APPROVAL)
    tea.refresh_from_db()
    return tea


def test_whoever_joins_is_counted_and_gets_the_next_number(kiln, cast, now):
    member = culture.join(community=kiln, person=cast.dara, version=1, now=now)
    kiln.refresh_from_db()
    assert (member.number, kiln.member_count, member.state) == (5, 5, rules.JOINED)


def test_joining_twice_is_joining_once(kiln, cast, now):
    for _ in range(2):
        culture.join(community=kiln, person=cast.dara, version=1, now=now)
    kiln.refresh_from_db()
    assert kiln.member_count == 5


def test_a_number_is_kept_for_whoever_comes_back(kiln, cast, member_of, now):
    actions.leave(member=member_of(kiln, cast.jonas), now=now)
    back = culture.join(community=kiln, person=cast.jonas, version=1, now=now)
    kiln.refresh_from_db()
    assert (back.number, kiln.member_count) == (3, 4)


def test_by_approval_somebody_decides_and_both_are_told_in_their_language(
    closed_tea, cast, now, member_of
):
    type(cast.lan).objects.filter(pk=cast.lan.pk).update(language="zh-hans")
    cast.lan.refresh_from_db()
    member = culture.join(community=closed_tea, person=cast.lan, version=1, now=now, note="你好")
    assert member.state == rules.APPLIED
    run_due(now=now)
    (asked,) = mail.outbox
    assert asked.to == [cast.sol.email]
    assert "你好" in asked.body
    actions.admit(member=member_of(closed_tea, cast.lan), by=cast.sol, now=now)
    run_due(now=now)
    told = mail.outbox[-1]
    assert told.to == [cast.lan.email]
    assert "四点茶" in told.subject


def test_the_refused_read_why_and_may_ask_again(closed_tea, cast, now, member_of):
    culture.join(community=closed_tea, person=cast.dara, version=1, now=now)
    member = member_of(closed_tea, cast.dara)
    actions.refuse(member=member, by=cast.sol, reason="We are full this month.", now=now)
    run_due(now=now)
    assert "We are full this month." in mail.outbox[-1].body
    again = culture.join(community=closed_tea, person=cast.dara, version=1, now=now)
    assert again.state == rules.APPLIED


def test_of_two_who_decide_the_second_is_told(closed_tea, cast, now, member_of):
    culture.join(community=closed_tea, person=cast.dara, version=1, now=now)
    first, second = member_of(closed_tea, cast.dara), member_of(closed_tea, cast.dara)
    actions.admit(member=first, by=cast.sol, now=now)
    with pytest.raises(WrongMoment):
        actions.refuse(member=second, by=cast.sol, now=now)
    closed_tea.refresh_from_db()
    assert closed_tea.member_count == 2


def test_an_application_can_be_taken_back(closed_tea, cast, now, member_of):
    culture.join(community=closed_tea, person=cast.dara, version=1, now=now, note="Hi")
    actions.withdraw(member=member_of(closed_tea, cast.dara), now=now)
    gone = member_of(closed_tea, cast.dara)
    assert (gone.state, gone.note) == (rules.LEFT, "")
    with pytest.raises(WrongMoment):
        actions.withdraw(member=gone, now=now)


def test_the_last_owner_cannot_leave_or_step_down(kiln, cast, member_of, now):
    mei = member_of(kiln, cast.mei)
    with pytest.raises(actions.LastOwner):
        actions.leave(member=mei, now=now)
    with pytest.raises(actions.LastOwner):
        actions.give_role(member=mei, role=rules.MEMBER, by=mei, now=now)
    actions.give_role(member=member_of(kiln, cast.jonas), role=rules.OWNER, by=mei, now=now)
    actions.leave(member=mei, now=now)
    kiln.refresh_from_db()
    assert kiln.member_count == 3


def test_the_banned_stay_out_until_the_ban_is_lifted(kiln, cast, member_of, now):
    mei = member_of(kiln, cast.mei)
    actions.ban(member=member_of(kiln, cast.jonas), by=mei, now=now)
    with pytest.raises(NotAllowed):
        culture.join(community=kiln, person=cast.jonas, version=1, now=now)
    actions.unban(member=member_of(kiln, cast.jonas), by=mei, now=now)
    assert culture.join(community=kiln, person=cast.jonas, version=1, now=now).is_in


def test_nobody_bans_those_above_or_beside_them(kiln, cast, member_of, now):
    kenji, mei = member_of(kiln, cast.kenji), member_of(kiln, cast.mei)
    for member in (mei, kenji):
        with pytest.raises(NotAllowed):
            actions.ban(member=member, by=kenji, now=now)


def test_only_owners_give_roles(kiln, cast, member_of, now):
    with pytest.raises(NotAllowed):
        actions.give_role(
            member=member_of(kiln, cast.jonas), role=rules.MODERATOR,
            by=member_of(kiln, cast.kenji), now=now,
        )  # fmt: skip


def test_an_address_is_taken_once_and_never_reserved(kiln, cast, now):
    for slug in ("kiln", "start", "me", "A B", "x", "-x-"):
        with pytest.raises(actions.SlugTaken):
            culture.found(founder=cast.dara, slug=slug, name="X", purpose="Y", currency="CNY",
                          now=now)  # fmt: skip
    assert Member.objects.filter(person=cast.dara).count() == 0


def test_settings_keep_what_was_not_given_and_clamp_the_colour(kiln, cast, now):
    actions.change_settings(community=kiln, by=cast.mei, now=now, brand_h=110, brand_c=0.2,
                            interests=["tea", "nonsense"])  # fmt: skip
    kiln.refresh_from_db()
    assert kiln.name == "Slow Kiln"
    assert kiln.interests == ["tea"]
    assert kiln.brand_c < 0.2  # this hue has no such chroma in sRGB
    assert not actions.change_settings(community=kiln, by=cast.mei, now=now, brand_h=110)


def test_two_communities_do_not_share_a_domain(kiln, tea, cast, now):
    actions.change_settings(community=kiln, by=cast.mei, now=now, domain="kiln.example.com")
    with pytest.raises(actions.DomainTaken):
        actions.change_settings(community=tea, by=cast.sol, now=now, domain="kiln.example.com")


@pytest.mark.parametrize("hue", range(0, 360, 15))
def test_every_brand_colour_is_one_that_screens_can_show(hue):
    chroma = rules.clamp_chroma(0.9, hue)
    assert 0.05 < chroma <= 0.2
    assert rules._is_srgb(0.43, chroma, hue)


@pytest.mark.parametrize(
    ("name", "good"),
    [("kiln.example.com", True), ("example.com", True), ("localhost", False), ("1.2.3.4", False),
     ("a..b", False), ("kiln.example.com:8000", False), ("-x.com", False), ("x", False)],
)  # fmt: skip
def test_domains_are_names_with_a_dot(name, good):
    assert rules.is_domain(name) is good
