"""Who fits where and why; wishes kept with a yes; the question after a while."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from banyan.communities.models import Community, Member
from banyan.core.idempotency import new_form_key
from banyan.core.jobs import run_due
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.culture import actions as culture
from banyan.matching import actions, facets, queries, rules
from banyan.matching.models import Arrival, Echo
from banyan.outreach.models import Notice
from banyan.people.models import Tag

PICKS = "&".join(
    f"p={name}" for name in ("morning-mug", "moon-jar", "wheel", "test-tiles", "shelf")
)


def place(key, members=100, **sets):
    languages = sets.pop("languages", {"en"})
    return rules.Place(
        key, {k: frozenset(v) for k, v in sets.items()}, frozenset(languages), members,
        is_full=sets.get("full", False),
    )  # fmt: skip


def wishes(**sets):
    return rules.Wishes({k: frozenset(v) for k, v in sets.items()}, frozenset({"en"}))


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return client


def press(client, path, **fields):
    return client.post(path, {"form_key": new_form_key(), **fields})


@pytest.fixture
def profile(kiln, cast, now):
    def change(**fields):
        actions.change_profile(community=kiln, by=cast.mei, now=now, **fields)
        cache.clear()

    change(value=["slow", "make"], aesthetic=["plain"], sample_week=[{"text": "We throw."}])
    return change


# Rules


def test_what_is_shared_is_named_and_counts_by_how_rare_it_is():
    places = [place(n, interest={"tea"}) for n in range(8)] + [place(9, interest={"tea", "wood"})]
    found = rules.match(wishes(interest={"tea", "wood"}), places, turn=1)
    assert found.best[0].key == 9
    assert found.best[0].shared[0] == ("interest", "wood")


def test_a_place_in_no_language_one_reads_or_that_is_full_is_left_out():
    full = rules.Place(1, {"interest": frozenset({"tea"})}, frozenset({"en"}), 9, is_full=True)
    found = rules.match(
        wishes(interest={"tea"}), [full, place(2, interest={"tea"}, languages={"zh"})], turn=1
    )
    assert found.best == []


def test_a_place_is_kept_for_small_communities_that_fit_nearly_as_well():
    large = [place(n, interest={"tea", "wood"}) for n in range(5)]
    small = place(7, members=8, interest={"tea", "wood"}, value={"slow"})
    found = rules.match(wishes(interest={"tea", "wood"}, value={"kind"}), [*large, small], turn=3)
    assert 7 in [one.key for one in found.best]


def test_the_exploratory_one_is_none_of_the_three():
    places = [place(n, interest={"tea"}) for n in range(9)]
    for turn in range(30):
        found = rules.match(wishes(interest={"tea"}), places, turn=turn)
        assert found.other is not None
        assert found.other.key not in [one.key for one in found.best]


def test_without_wishes_nobody_is_put_first_for_being_large():
    places = [place(n, members=10 * n + 1) for n in range(9)]
    firsts = {rules.match(wishes(), places, turn=turn).best[0].key for turn in range(60)}
    assert len(firsts) > 3


def test_every_picture_says_something_a_place_can_say():
    for sight in facets.SIGHTS:
        for facet, value in sight.says:
            assert value in facets.NAMES[facet]


# /welcome


def test_three_steps_without_a_sign_in_and_without_keeping_anything(kiln, tea, profile):
    client = Client()
    assert "Pick five" in client.get("/welcome").content.decode()
    assert "What matters" in client.get(f"/welcome?step=2&{PICKS}").content.decode()
    page = client.get(f"/welcome?step=3&{PICKS}&v=slow").content.decode()
    assert "Slow Kiln" in page
    assert "because you both hold to" in page
    assert "because you both like" in page
    assert "Something else, to explore" not in page or "Tea at Four" in page
    assert not client.cookies.get("sessionid")
    assert not Tag.objects.exists()


def test_too_few_pictures_are_kept_and_said_and_every_step_can_be_skipped(kiln, profile):
    client = Client()
    page = client.get("/welcome?step=2&p=wheel").content.decode()
    assert "Pick 5" in page
    assert 'value="wheel" checked' in page
    assert "What matters" in client.get("/welcome?step=2").content.decode()
    assert "Three to begin with" in client.get("/welcome?step=3").content.decode()
    assert client.get("/welcome?step=9&p=none&v=none").status_code == 200


def test_wishes_are_kept_only_with_a_yes_and_removed_one_by_one(kiln, cast, profile):
    dara = signed_in(cast.dara)
    fields = {"p": ["morning-mug", "wheel"], "v": ["slow"]}
    assert press(dara, "/welcome/keep", **fields).status_code == 422
    assert not Tag.objects.exists()
    for _ in range(2):
        assert press(dara, "/welcome/keep", **fields, consent="on").status_code == 302
    tags = Tag.objects.filter(person=cast.dara)
    assert {tag.key for tag in tags} == {
        "fit.interest.ceramics", "fit.aesthetic.plain", "fit.value.make", "fit.aesthetic.rough",
        "fit.value.slow",
    }  # fmt: skip
    assert all(t.expires_at > t.consented_at and t.source == "self" and t.lang for t in tags)
    page = dara.get("/me/privacy").content.decode()
    assert "Taking time" in page
    press(dara, f"/me/privacy/tags/{tags.get(key='fit.value.slow').oid}/remove")
    assert tags.all().count() == 4
    assert press(Client(), "/welcome/keep", **fields, consent="on").status_code == 302
    assert "Taking time" not in signed_in(cast.jonas).get("/kiln/members").content.decode()


def test_kept_wishes_are_shown_to_nobody_but_their_owner(kiln, cast, now):
    actions.keep_wishes(person=cast.jonas, wishes={("value", "slow")}, now=now, lang="en")
    assert "Taking time" not in Client().get("/kiln/members").content.decode()


def test_ten_times_the_places_cost_no_statement_more(kiln, tea, profile, now,
                                                     django_assert_max_num_queries):  # fmt: skip
    Community.objects.bulk_create(
        Community(slug=f"place-{n}", name=f"Place {n}", purpose="A place.") for n in range(60)
    )
    cache.clear()
    with django_assert_max_num_queries(6):
        Client().get(f"/welcome?step=3&{PICKS}")


# The studio


def test_operators_write_the_profile_and_people_read_a_week_before_they_join(kiln, cast):
    mei = signed_in(cast.mei)
    wrong = press(mei, "/studio/kiln/profile", value=["slow", "make", "kind", "play", "learn"],
                  day_0="Kept words")  # fmt: skip
    assert wrong.status_code == 422
    assert "Kept words" in wrong.content.decode()
    done = press(mei, "/studio/kiln/profile", value=["slow"], day_0="We throw.", second_0="拉坯。")
    assert done.status_code == 302
    cache.clear()
    dara = signed_in(cast.dara)
    assert "We throw." in dara.get("/kiln/join").content.decode()
    page = dara.get("/kiln/join", headers={"accept-language": "zh-hans"}).content.decode()
    assert "拉坯。" in page
    assert "We throw." in Client().get("/welcome?step=3&v=slow").content.decode()
    assert signed_in(cast.kenji).get("/studio/kiln/profile").status_code == 403


# Expected against real


def test_what_was_expected_is_noted_once_when_somebody_comes(kiln, cast, now, profile):
    wished = {("value", "slow"), ("interest", "ceramics")}
    actions.keep_wishes(person=cast.dara, wishes=wished, now=now, lang="en")
    member = culture.join(community=kiln, person=cast.dara, version=1, now=now)
    run_due(now=now)
    arrival = Arrival.objects.get(member=member)
    assert arrival.band == "high"
    actions.note_arrival(member=member, now=now)
    assert Arrival.objects.filter(member=member).count() == 1
    plain = culture.join(community=kiln, person=cast.yusuf, version=1, now=now)
    actions.note_arrival(member=plain, now=now)
    assert Arrival.objects.get(member=plain).expected is None


def test_the_question_is_put_once_a_day_that_counts_and_answered_once(kiln, cast, now, member_of):
    Member.objects.filter(person=cast.jonas).update(joined_at=now - timedelta(days=15))
    Member.objects.filter(person=cast.lan).update(joined_at=now - timedelta(days=46))
    assert (actions.ask_how_it_is(now), actions.ask_how_it_is(now)) == (2, 0)
    jonas = member_of(kiln, cast.jonas)
    echo = Echo.objects.get(member=jonas)
    assert echo.day == 14
    with pytest.raises(NotAllowed):
        actions.answer(echo=echo, member=member_of(kiln, cast.lan), said="yes", now=now)
    actions.answer(echo=echo, member=jonas, said="partly", now=now)
    with pytest.raises(WrongMoment):
        actions.answer(echo=echo, member=jonas, said="yes", now=now)


def test_the_question_reaches_the_member_and_stands_until_it_is_answered_or_skipped(
    kiln, cast, now
):
    Member.objects.filter(person=cast.jonas).update(joined_at=now - timedelta(days=15))
    actions.ask_how_it_is(now)
    jonas = signed_in(cast.jonas)
    assert "Is this for you?" in jonas.get("/kiln/membership").content.decode()
    echo = Echo.objects.get(member__person=cast.jonas)
    assert press(signed_in(cast.lan), f"/kiln/echo/{echo.oid}", answer="yes").status_code == 404
    assert press(jonas, f"/kiln/echo/{echo.oid}", answer="nonsense").status_code == 422
    assert press(jonas, f"/kiln/echo/{echo.oid}", answer="skipped").status_code == 302
    assert press(jonas, f"/kiln/echo/{echo.oid}", answer="yes").status_code == 409
    assert "Is this for you?" not in jonas.get("/kiln/membership").content.decode()
    assert jonas.get(f"/kiln/echo/{echo.oid}").status_code == 200
    assert signed_in(cast.lan).get(f"/kiln/echo/{echo.oid}").status_code == 404
    (told,) = Notice.objects.filter(person=cast.jonas, topic="echo")
    assert told.url == f"/kiln/echo/{echo.oid}"


def test_fewer_than_five_answers_or_wishes_are_not_shown(kiln, cast, new_person, now, profile):
    for n in range(4):
        person = new_person(f"Guest {n}")
        actions.keep_wishes(person=person, wishes={("value", "kind")}, now=now, lang="en")
        culture.join(community=kiln, person=person, version=1, now=now)
    assert queries.attracted(kiln) == []
    fifth = new_person("Guest 5")
    actions.keep_wishes(person=fifth, wishes={("value", "kind")}, now=now, lang="en")
    culture.join(community=kiln, person=fifth, version=1, now=now)
    ((_facet, label, n, said),) = queries.attracted(kiln)
    assert (str(label), n, said) == ("Kindness first", 5, False)
    page = signed_in(cast.kenji).get("/studio/kiln/arrivals").content.decode()
    assert "fewer than 5 answers" in page
    assert "Kindness first" in page
