"""Tags given with a yes, and segments that point at nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from banyan.communities.models import Segment
from banyan.communities.segments import actions, queries, rules
from banyan.core.idempotency import new_form_key
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.culture import actions as culture
from banyan.people import actions as people
from banyan.people import rules as people_rules
from banyan.people.models import Consent, Tag
from banyan.people.tasks import drop_old_tags

sets = st.frozensets(st.integers(0, 30))


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return client


def press(client, path, **fields):
    return client.post(path, {"form_key": new_form_key(), **fields})


@pytest.fixture
def crowd(kiln, new_person, now):
    """Thirty guests: twelve like tea, thirteen like wood, six of them came long ago."""

    def join(n):
        person = new_person(f"Guest {n}")
        keys = ["tea"] if n < 12 else ["wood"] if n < 25 else []
        people.choose_likes(person=person, keys=keys, now=now)
        at = now - timedelta(days=90 if n < 6 else 1)
        return culture.join(community=kiln, person=person, version=1, now=at)

    return [join(n) for n in range(30)]


# Rules


@given(group=sets, everybody=sets, other=sets)
def test_no_group_and_no_difference_of_fewer_than_five_is_shown(group, everybody, other):
    if rules.may_show(group, everybody=everybody, others=[other]) == "":
        assert len(group) >= 5
        for one, two in ((group, other), (other, group), (everybody, group)):
            assert len(one - two) == 0 or len(one - two) >= 5


def test_counts_are_rounded_to_five():
    assert [rules.rounded(n) for n in (5, 7, 8, 12, 13, 101)] == [5, 5, 10, 10, 15, 100]


# Segments


def test_a_rule_is_counted_to_the_nearest_five(kiln, crowd, now):
    assert queries.ask(kiln, {"like": "tea"}, now=now) == queries.Answer(10, "")
    assert queries.ask(kiln, {"like": "wood"}, now=now).count == 15
    verb = {"verb": "CharterSigned", "times": 1, "days": 30}
    cache.clear()
    assert queries.ask(kiln, verb, now=now).count == 30
    cache.clear()
    assert queries.ask(kiln, {**verb, "did": "not"}, now=now).count == 5


def test_few_people_and_the_rest_of_everybody_are_refused(kiln, crowd, now):
    assert queries.ask(kiln, {"role": "moderator"}, now=now).why_not == "few"
    assert queries.ask(kiln, {"role": "member"}, now=now).why_not == "apart"


def test_two_groups_that_differ_by_a_person_are_not_both_shown(kiln, crowd, now):
    assert queries.ask(kiln, {"like": "tea"}, now=now).why_not == ""
    crowd[0].person.tags.all().delete()
    narrower = {"like": "tea", "role": "member"}
    assert queries.ask(kiln, narrower, now=now).why_not == "apart"
    cache.clear()
    assert queries.ask(kiln, narrower, now=now).why_not == ""


def test_saved_segments_count_among_what_was_looked_at(kiln, crowd, cast, now, member_of):
    mei = member_of(kiln, cast.mei)
    actions.save(
        community=kiln, by=mei, name="Tea people", lang="en", rule={"like": "tea"}, now=now
    )
    cache.clear()
    close = {"like": "tea", "joined": "within", "joined_days": 400}
    assert queries.ask(kiln, close, now=now).why_not == ""  # the same people
    with pytest.raises(actions.NameTaken):
        actions.save(
            community=kiln, by=mei, name="Tea people", lang="en", rule={"like": "tea"}, now=now
        )
    with pytest.raises(actions.TooFew):
        actions.save(community=kiln, by=mei, name="Two", lang="en", rule={"role": "owner"}, now=now)


def test_a_segment_is_a_filter_in_members_without_a_search_and_is_removed_once(
    kiln, crowd, cast, now
):
    mei = signed_in(cast.mei)
    page = mei.get("/studio/kiln/segments?asked=1&like=tea").content.decode()
    assert "10" in page
    assert "to the nearest five" in page
    assert press(mei, "/studio/kiln/segments", like="tea", name="").status_code == 422
    assert press(mei, "/studio/kiln/segments", like="tea", name="Tea people").status_code == 302
    again = press(mei, "/studio/kiln/segments", like="tea", name="Tea people")
    assert again.status_code == 422
    segment = Segment.objects.get()
    page = mei.get(f"/studio/kiln/members?segment={segment.oid}&q=Mei").content.decode()
    assert "Guest 3" in page
    assert "Guest 13" not in page
    people.choose_likes(person=cast.mei, keys=[], now=now)
    Tag.objects.filter(key="tea").exclude(person=crowd[0].person).delete()
    page = mei.get(f"/studio/kiln/members?segment={segment.oid}").content.decode()
    assert "Guest 0" not in page
    assert "Fewer than five now" in page
    assert press(mei, f"/studio/kiln/segments/{segment.oid}/remove").status_code == 302
    assert press(mei, f"/studio/kiln/segments/{segment.oid}/remove").status_code == 404
    assert signed_in(cast.kenji).get("/studio/kiln/segments").status_code == 403
    assert signed_in(cast.jonas).get("/studio/kiln/segments").status_code == 404


# Tags by operators


def test_an_operator_notes_nothing_without_the_members_yes(kiln, cast, now, member_of):
    mei, jonas = member_of(kiln, cast.mei), member_of(kiln, cast.jonas)
    note = {"member": jonas, "by": mei, "words": "teaches", "why": "He offered", "days": 30,
            "lang": "en", "now": now}  # fmt: skip
    with pytest.raises(actions.NoConsent):
        actions.give_tag(**note)
    client = signed_in(cast.jonas)
    for _ in range(2):
        assert press(client, "/kiln/membership/consent", yes="on").status_code == 302
    assert Consent.objects.count() == 1
    tag = actions.give_tag(**note)
    yes = Consent.objects.get()
    assert (tag.consented_at, tag.given_by) == (yes.given_at, cast.mei.pseudonym)
    with pytest.raises(actions.TagStands):
        actions.give_tag(**note)
    with pytest.raises(NotAllowed):
        actions.give_tag(**note | {"by": member_of(kiln, cast.kenji), "words": "other"})
    page = client.get("/me/privacy").content.decode()
    for words in ("teaches", "He offered", "Mei Lin"):
        assert words in page
    assert "teaches" not in Client().get("/kiln/members").content.decode()


def test_taking_the_yes_back_takes_the_tags_and_operators_undo_their_own(
    kiln, tea, cast, now, member_of
):
    people.set_consent(
        person=cast.jonas, purpose=people_rules.CARE, community_id=kiln.pk, yes=True, now=now
    )
    mei, jonas = signed_in(cast.mei), member_of(kiln, cast.jonas)
    path = f"/studio/kiln/members/{jonas.oid}/tags"
    assert press(mei, path, words="", why="Because", days="30").status_code == 422
    assert press(mei, path, words="teaches", why="He offered", days="30").status_code == 302
    tag = Tag.objects.get(purpose=people_rules.CARE)
    assert press(signed_in(cast.sol), f"/studio/four/members/{jonas.oid}/tags").status_code == 404
    assert press(mei, f"{path}/{tag.oid}/take").status_code == 302
    assert press(mei, f"{path}/{tag.oid}/take").status_code == 404
    with pytest.raises(WrongMoment):
        actions.take_tag(member=jonas, tag=tag, by=member_of(kiln, cast.mei), now=now)
    press(mei, path, words="teaches", why="He offered", days="30")
    press(signed_in(cast.jonas), "/kiln/membership/consent")
    assert not Tag.objects.filter(purpose=people_rules.CARE).exists()
    assert press(mei, path, words="teaches", why="He offered", days="30").status_code == 403


def test_tags_past_their_day_are_gone(cast, now):
    people.choose_likes(person=cast.jonas, keys=["tea"], now=now)
    Tag.objects.update(consented_at=now - timedelta(days=800), expires_at=now - timedelta(days=1))
    assert (drop_old_tags(), drop_old_tags()) == (1, 0)
