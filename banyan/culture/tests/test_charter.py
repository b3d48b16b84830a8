"""A charter is signed in versions, and joining is signing."""

from __future__ import annotations

import pytest

from banyan.communities import actions as communities
from banyan.communities import rules
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed
from banyan.culture import actions, queries
from banyan.culture.models import Acceptance, Charter
from banyan.culture.rules import lines_of
from banyan.sellers.models import Book


def test_founding_writes_the_first_charter_the_owners_signature_and_the_book(kiln, cast, member_of):
    charter = queries.standing(kiln)
    assert (charter.version, charter.goal) == (1, "Fewer things, kept longer.")
    assert member_of(kiln, cast.mei).role == rules.OWNER
    assert charter.signed == 4  # the owner and three who joined
    assert Book.objects.get(community=kiln).currency == "CNY"


def test_a_new_version_leaves_the_old_one_standing_in_history(kiln, cast, now):
    actions.publish(community=kiln, by=cast.mei, now=now, goal="Only one cup.", values=[],
                    conventions=[], after_version=1)  # fmt: skip
    assert list(Charter.objects.of(kiln).values_list("version", flat=True)) == [2, 1]
    assert queries.standing(kiln).signed == 0


def test_the_same_words_make_no_new_version(kiln, cast, now):
    old = queries.standing(kiln)
    same = actions.publish(community=kiln, by=cast.mei, now=now, goal=old.goal, values=old.values,
                           conventions=old.conventions)  # fmt: skip
    assert same.version == 1
    assert Charter.objects.of(kiln).count() == 1


def test_of_two_who_publish_over_the_same_version_the_second_is_told(kiln, cast, now):
    words = {"values": [], "conventions": [], "after_version": 1}
    actions.publish(community=kiln, by=cast.mei, now=now, goal="One", **words)
    with pytest.raises(actions.CharterChanged):
        actions.publish(community=kiln, by=cast.mei, now=now, goal="Two", **words)


def test_nobody_joins_by_an_old_charter(kiln, cast, now):
    actions.publish(community=kiln, by=cast.mei, now=now, goal="New", values=[], conventions=[])
    with pytest.raises(actions.CharterChanged):
        actions.join(community=kiln, person=cast.dara, version=1, now=now)
    assert not Acceptance.objects.filter(member__person=cast.dara).exists()


def test_signing_twice_is_one_signature(kiln, cast, member_of, now):
    charter, jonas = queries.standing(kiln), member_of(kiln, cast.jonas)
    actions.sign(charter=charter, member=jonas, now=now)
    actions.sign(charter=charter, member=jonas, now=now)
    assert Acceptance.objects.filter(member=jonas).count() == 1
    assert Activity.objects.filter(verb="CharterSigned", actor=cast.jonas.pseudonym).count() == 1


def test_an_old_version_cannot_be_signed_and_strangers_sign_nothing(
    kiln, tea, cast, member_of, now
):
    first = queries.standing(kiln)
    with pytest.raises(NotAllowed):
        actions.sign(charter=first, member=member_of(tea, cast.sol), now=now)
    actions.publish(community=kiln, by=cast.mei, now=now, goal="New", values=[], conventions=[])
    with pytest.raises(actions.CharterChanged):
        actions.sign(charter=first, member=member_of(kiln, cast.jonas), now=now)


def test_the_banned_do_not_come_back_by_signing(kiln, cast, member_of, now):
    communities.ban(member=member_of(kiln, cast.jonas), by=member_of(kiln, cast.mei), now=now)
    with pytest.raises(NotAllowed):
        actions.join(community=kiln, person=cast.jonas, version=1, now=now)


def test_signatures_of_those_who_left_are_not_counted(kiln, cast, member_of, now):
    communities.leave(member=member_of(kiln, cast.jonas), now=now)
    assert queries.standing(kiln).signed == 3


def test_lines_lose_their_marks():
    assert lines_of("- one\n\n * two \n· three") == ["one", "two", "three"]
