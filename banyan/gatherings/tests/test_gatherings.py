"""Dates: planned by those who run the place, answered by members, with a waiting list."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from banyan.communities import actions as communities
from banyan.communities.places import url
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.gatherings import actions, queries, rules
from banyan.gatherings.models import Gathering, Rsvp


def client_of(person=None):
    made = Client(headers={"Sec-Fetch-Site": "same-origin"})
    if person is not None:
        made.force_login(person)
    return made


def keyed(**fields):
    return {"form_key": str(uuid4()), **fields}


@pytest.fixture
def planned(kiln, cast, member_of, now):
    def make(by=None, **fields):
        given = {
            "title": "Glaze evening", "place": "Workshop", "link": "https://meet.example.org/x",
            "starts_at": now + timedelta(days=3), "ends_at": now + timedelta(days=3, hours=2),
        } | fields  # fmt: skip
        return actions.plan(by=member_of(kiln, by or cast.mei), now=now, **given)

    return make


@pytest.fixture
def say(kiln, member_of, now):
    def make(gathering, person, answer="going", at=now, **more):
        member = member_of(kiln, person)
        return actions.answer(gathering=gathering, member=member, answer=answer, now=at, **more)

    return make


def answers(gathering):
    rows = Rsvp.objects.filter(gathering=gathering).select_related("member__person")
    return {row.member.person.name: row.answer for row in rows}


def test_only_those_who_run_the_place_plan_and_cancel(planned, kiln, cast, member_of, now):
    for person in (cast.jonas, cast.kenji):
        with pytest.raises(NotAllowed):
            planned(by=person)
    one = planned()
    with pytest.raises(NotAllowed):
        actions.cancel(gathering=one, by=member_of(kiln, cast.jonas), reason="x", now=now)
    assert Activity.objects.get(verb="GatheringPlanned").object_id == one.pk


@pytest.mark.parametrize(
    ("start", "end"), [(-1, 3), (3, 2), (3, 3 + 15 * 24), (731 * 24, 731 * 24 + 1)]
)
def test_times_that_make_no_sense_are_refused(planned, now, start, end):
    with pytest.raises(actions.BadTimes):
        planned(starts_at=now + timedelta(hours=start), ends_at=now + timedelta(hours=end))


def test_it_is_somewhere(planned):
    with pytest.raises(actions.NowhereToGo):
        planned(place="", link="")


def test_answers_are_counted_changed_and_never_doubled(planned, say, cast):
    one = planned()
    for answer in ("going", "going", "maybe", "going"):
        say(one, cast.jonas, answer)
    one.refresh_from_db()
    assert (one.going_count, answers(one)) == (1, {"Jonas": "going"})
    assert Activity.objects.filter(verb="GatheringAnswered").count() == 3
    say(one, cast.jonas, "no", wants_reminder=True)
    assert not Rsvp.objects.get().wants_reminder


def test_who_comes_late_waits_and_moves_up_by_the_order_of_coming(planned, say, cast, now):
    one = planned(capacity=1)
    assert say(one, cast.jonas) == "going"
    assert say(one, cast.lan, at=now + timedelta(minutes=1)) == "waiting"
    assert say(one, cast.kenji, at=now + timedelta(minutes=2)) == "waiting"
    assert say(one, cast.lan, at=now + timedelta(minutes=3)) == "waiting"
    say(one, cast.jonas, "no")
    assert answers(one) == {"Jonas": "no", "Lan": "going", "Kenji": "waiting"}
    told = Activity.objects.get(verb="PlaceGiven")
    assert told.props["subject"] == str(cast.lan.pseudonym)
    assert say(one, cast.jonas) == "waiting"
    one.refresh_from_db()
    assert one.going_count == 1


def test_more_places_let_the_waiting_in_and_fewer_than_going_are_refused(
    planned, say, kiln, cast, member_of, now
):
    one, mei = planned(capacity=1), member_of(kiln, cast.mei)
    for person in (cast.jonas, cast.lan, cast.kenji):
        say(one, person)
    common = {
        "gathering": one, "by": mei, "title": one.title, "place": one.place, "link": one.link,
        "starts_at": one.starts_at, "ends_at": one.ends_at, "now": now,
    }  # fmt: skip
    actions.change(capacity=2, **common)
    assert sorted(answers(one).values()) == ["going", "going", "waiting"]
    with pytest.raises(actions.FewerThanGoing):
        actions.change(capacity=1, **common)
    actions.change(capacity=None, **common)
    assert set(answers(one).values()) == {"going"}
    assert not Activity.objects.filter(verb="GatheringChanged").last().props["is_moved"]


def test_who_leaves_the_community_gives_the_place_to_the_next(
    planned, say, kiln, cast, member_of, now
):
    one = planned(capacity=1)
    say(one, cast.jonas)
    say(one, cast.lan)
    communities.leave(member=member_of(kiln, cast.jonas), now=now)
    assert answers(one) == {"Lan": "going"}
    communities.ban(member=member_of(kiln, cast.lan), by=member_of(kiln, cast.mei), now=now)
    assert answers(one) == {}
    one.refresh_from_db()
    assert one.going_count == 0


def test_nothing_is_answered_once_it_is_cancelled_or_over(
    planned, say, kiln, cast, member_of, now, tea
):
    one, mei = planned(), member_of(kiln, cast.mei)
    with pytest.raises(NotAllowed):
        actions.answer(gathering=one, member=member_of(tea, cast.sol), answer="going", now=now)
    with pytest.raises(actions.Over):
        say(one, cast.jonas, at=one.ends_at)
    with pytest.raises(actions.Over):
        actions.cancel(gathering=one, by=mei, reason="late", now=one.ends_at)
    actions.cancel(gathering=one, by=mei, reason="The kiln broke.", now=now)
    with pytest.raises(actions.Over):
        say(one, cast.jonas)
    with pytest.raises(WrongMoment):
        actions.cancel(gathering=one, by=mei, reason="again", now=now)


def test_that_it_starts_soon_is_said_once_for_each_time(planned, kiln, cast, member_of, now):
    one, later = planned(), now + timedelta(days=2, hours=1)
    assert actions.tell_soon(now=now) == 0
    assert actions.tell_soon(now=later) == 1
    assert actions.tell_soon(now=later) == 0
    actions.change(
        gathering=one, by=member_of(kiln, cast.mei), title=one.title, place=one.place, now=later,
        starts_at=one.starts_at + timedelta(days=1), ends_at=one.ends_at + timedelta(days=1),
    )  # fmt: skip
    assert Activity.objects.get(verb="GatheringChanged").props["is_moved"]
    assert actions.tell_soon(now=later + timedelta(days=1)) == 1
    parents = Activity.objects.filter(verb="GatheringStartsSoon").values_list(
        "parent_id", flat=True
    )
    assert set(parents) == {Activity.objects.get(verb="GatheringPlanned").pk}


def test_the_calendar_file_holds_the_right_moment_across_a_change_of_clocks():
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2027, 3, 28, 1, 30, tzinfo=berlin)
    end = datetime(2027, 3, 28, 3, 30, tzinfo=berlin)
    text = rules.calendar(
        uid="a@banyan", title="Früh, am; Ofen", text="Zeile\n" + "很长的一段话。" * 20,
        place="Hof", url="https://banyan.example/kiln", starts_at=start, ends_at=end,
        changed_at=datetime(2027, 1, 1, tzinfo=UTC), version=2, is_cancelled=True,
    )  # fmt: skip
    assert "DTSTART:20270328T003000Z\r\n" in text
    assert "DTEND:20270328T013000Z\r\n" in text  # one hour: two o'clock does not exist that night
    assert "SUMMARY:Früh\\, am\\; Ofen" in text
    assert "STATUS:CANCELLED" in text
    assert "SEQUENCE:2" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "很长的一段话。" * 20 in text.replace("\r\n ", "")


def test_both_zones_are_shown_where_they_differ(planned, now):
    one = planned(starts_at=datetime(2027, 3, 1, 12, 0, tzinfo=UTC),
                  ends_at=datetime(2027, 3, 1, 14, 0, tzinfo=UTC))  # fmt: skip
    shown = queries.when(one, now=now, own_zone="Europe/Berlin")
    assert "20:00" in shown.here
    assert "13:00" in shown.yours
    assert queries.when(one, now=now, own_zone="Asia/Shanghai").yours == ""
    assert queries.when(one, now=now, own_zone="").yours == ""


def test_the_link_is_for_those_who_are_going(planned, say, kiln, cast):
    one = planned(starts_at=timezone.now() + timedelta(days=3),
                  ends_at=timezone.now() + timedelta(days=3, hours=2))  # fmt: skip
    here = url(kiln, "gathering", id=one.public_id)
    ics = url(kiln, "gathering-calendar", id=one.public_id)
    say(one, cast.jonas, "going", at=timezone.now())
    say(one, cast.lan, "maybe", at=timezone.now())
    for person, sees in ((cast.jonas, True), (cast.lan, False), (None, False), (cast.mei, True)):
        page = client_of(person).get(here).content.decode()
        assert ("meet.example.org" in page) is sees
    assert "meet.example.org" in client_of(cast.jonas).get(ics).content.decode()
    answer = client_of().get(ics)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert "meet.example.org" not in answer.content.decode()
    kiln.visibility = "members"
    kiln.save()
    assert client_of().get(ics).status_code == 302


def test_it_is_planned_answered_and_cancelled_by_hand(kiln, cast):
    mei, lan = client_of(cast.mei), client_of(cast.lan)
    start = timezone.now().astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(days=5)
    fields = {
        "title": "看窑", "place": "景德镇", "capacity": "1",
        "starts_at": f"{start:%Y-%m-%dT%H:%M}",
        "ends_at": f"{start + timedelta(hours=3):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    new = url(kiln, "studio-gathering-new")
    assert client_of(cast.jonas).get(new).status_code == 404
    bad = mei.post(new, keyed(**fields | {"ends_at": fields["starts_at"], "place": ""}))
    assert bad.status_code == 422
    assert "It ends before it starts" in bad.content.decode()
    assert 'value="看窑"' in bad.content.decode()
    assert mei.post(new, keyed(**fields)).status_code == 302
    one = Gathering.objects.get()
    assert abs(one.starts_at - start) < timedelta(minutes=1)
    assert "看窑" in client_of().get(url(kiln, "community")).content.decode()
    here, answer = (url(kiln, n, id=one.public_id) for n in ("gathering", "gathering-answer"))
    client_of(cast.jonas).post(answer, {"answer": "going"})
    lan.post(answer, {"answer": "going", "wants_reminder": "on"})
    page = lan.get(here).content.decode()
    assert "1 member waits before you" not in page
    assert "0 members wait before you" in page
    assert client_of(cast.rafe).post(answer, {"answer": "going"}).status_code == 403
    assert lan.post(answer, {"answer": "perhaps"}).status_code == 422
    cancel = url(kiln, "studio-gathering-cancel", id=one.public_id)
    assert mei.post(cancel, keyed(reason="")).status_code == 422
    mei.post(cancel, keyed(reason="The kiln broke."))
    assert "The kiln broke." in lan.get(here).content.decode()
    assert lan.post(answer, {"answer": "no"}).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_of_many_who_come_at_once_only_as_many_go_as_there_are_places(
    kiln, cast, new_person, member_of, now
):
    one = actions.plan(
        by=member_of(kiln, cast.mei), title="Small room", place="Here", capacity=3, now=now,
        starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=1, hours=1),
    )  # fmt: skip
    members = []
    for n in range(8):
        person = new_person(f"Guest {n}")
        communities.join(community=kiln, person=person, now=now)
        members.append(member_of(kiln, person))
    failed = []

    def come(member):
        try:
            actions.answer(
                gathering=Gathering.objects.get(pk=one.pk), member=member, answer="going", now=now
            )
        except Exception as fault:
            failed.append(repr(fault))
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=(member,)) for member in members * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one.refresh_from_db()
    assert not failed
    assert one.going_count == 3
    assert sorted(answers(one).values()) == ["going"] * 3 + ["waiting"] * 5


def test_a_goal_counts_who_went_to_what_took_place(planned, say, kiln, cast, member_of, now):
    from banyan.culture.goals import measures

    held, off = planned(), planned()
    for person in (cast.jonas, cast.lan):
        say(held, person)
        say(off, person)
    say(held, cast.kenji, "maybe")
    actions.cancel(gathering=off, by=member_of(kiln, cast.mei), reason="Rain", now=now)
    count = measures.get("gatherings").count
    assert count(kiln.pk, now, now + timedelta(days=2)) == 0, "it has not taken place yet"
    assert count(kiln.pk, now, now + timedelta(days=4)) == 2
    assert count(kiln.pk, now + timedelta(days=4), now + timedelta(days=9)) == 0
