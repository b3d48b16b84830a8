"""What people are told on the page: once, gathered, theirs alone, gone with its cause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from banyan.communities import actions as communities
from banyan.content.actions import like as likes
from banyan.content.actions import post as posts
from banyan.core.idempotency import new_form_key
from banyan.core.models import Activity
from banyan.moderation import actions as moderation
from banyan.moderation.objects import kind_of
from banyan.outreach import queries
from banyan.outreach.actions import tell
from banyan.outreach.listeners import own as listeners
from banyan.outreach.models import Notice
from banyan.people import privacy

pytestmark = pytest.mark.django_db(transaction=True)


def page(person: Any, path: str = "/me/notices") -> Any:
    client = Client()
    client.force_login(person)
    return client.get(path)


def press(person: Any, path: str) -> Any:
    client = Client()
    client.force_login(person)
    return client.post(path, {"form_key": new_form_key()})


def test_an_answer_is_told_to_the_author_of_the_post(
    cast: Any, write: Any, answer: Any, deliver: Any
) -> None:
    post = write("First light")
    answer(post)
    deliver()
    (notice,) = Notice.objects.all()
    assert (notice.person, notice.topic, notice.title) == (cast.jonas, "reply", "First light")
    assert notice.activity_id == Activity.objects.get(verb="PostPublished").pk
    cast.jonas.refresh_from_db()
    assert cast.jonas.unread == 1
    shown = page(cast.jonas).content.decode()
    assert "Lan answered you" in shown
    assert 'class="badge num" aria-hidden="true">1<' in shown


def test_the_same_answer_is_told_once_however_often_it_is_delivered(
    cast: Any, write: Any, answer: Any, deliver: Any
) -> None:
    answer(write())
    deliver()
    row = Activity.objects.get(verb="Commented")
    from banyan.core.events import rebuild

    for _again in range(3):
        listeners.tell_whom_it_answers(rebuild(row))
    assert Notice.objects.count() == 1
    cast.jonas.refresh_from_db()
    assert cast.jonas.unread == 1


def test_three_answers_stand_as_one_line_and_are_read_together(
    cast: Any, kiln: Any, write: Any, answer: Any, deliver: Any
) -> None:
    post = write()
    for person in (cast.lan, cast.kenji, cast.mei):
        answer(post, by=person)
    deliver()
    (group,), _next = queries.told(cast.jonas)
    assert group.sentence == "3 people answered you"
    answered = press(cast.jonas, f"/me/notices/{group.first.oid}/open")
    assert answered.status_code == 302
    assert answered["Location"].startswith("/kiln/p/")
    cast.jonas.refresh_from_db()
    assert cast.jonas.unread == 0
    # A fourth one is new again, and stands for itself.
    answer(post, by=cast.lan, body="还有一句")
    deliver()
    groups, _next = queries.told(cast.jonas)
    assert [len(one.notices) for one in groups] == [1, 3]


def test_nobody_is_told_of_what_they_did_themselves(
    cast: Any, write: Any, answer: Any, deliver: Any
) -> None:
    answer(write(by=cast.jonas), by=cast.jonas)
    deliver()
    assert not Notice.objects.filter(person=cast.jonas).exists()


def test_both_the_post_and_the_comment_that_is_answered_hear_of_it(
    cast: Any, write: Any, answer: Any, deliver: Any
) -> None:
    post = write(by=cast.jonas)
    first = answer(post, by=cast.lan)
    answer(post, by=cast.kenji, to=first)
    deliver()
    assert set(Notice.objects.filter(actor=cast.kenji).values_list("person__name", flat=True)) == {
        "Jonas", "Lan",
    }  # fmt: skip


def test_whoever_has_left_is_told_nothing(
    cast: Any, kiln: Any, write: Any, answer: Any, deliver: Any, member_of: Any, now: Any
) -> None:
    post = write()
    communities.leave(member=member_of(kiln, cast.jonas), now=now)
    answer(post)
    deliver()
    assert not Notice.objects.filter(person=cast.jonas, topic="reply").exists()


def test_a_like_is_told_once_and_goes_when_it_is_taken_back(
    cast: Any, kiln: Any, write: Any, deliver: Any, member_of: Any, now: Any
) -> None:
    post, lan = write(), member_of(kiln, cast.lan)
    likes.like(thing=post, member=lan, now=now)
    deliver()
    assert Notice.objects.get(topic="like").person == cast.jonas
    likes.unlike(thing=post, member=lan, now=now)
    deliver()
    assert not Notice.objects.filter(topic="like").exists()
    cast.jonas.refresh_from_db()
    assert cast.jonas.unread == 0


def test_what_is_hidden_deleted_or_erased_is_told_of_no_more(
    cast: Any, kiln: Any, write: Any, answer: Any, deliver: Any, member_of: Any, now: Any
) -> None:
    hidden, gone, kept = write("One"), write("Two"), write("Three")
    for post in (hidden, gone, kept):
        answer(post, by=cast.lan)
    deliver()
    assert Notice.objects.filter(topic="reply").count() == 3
    thing = kind_of("post").find(kiln, hidden.public_id)
    moderation.decide(
        thing=thing, verdict="hide", by=member_of(kiln, cast.kenji), now=now, reason="spam"
    )
    posts.delete(post=gone, by=member_of(kiln, cast.jonas), now=now)
    assert set(Notice.objects.filter(topic="reply").values_list("title", flat=True)) == {"Three"}
    privacy.erase(person=cast.lan, now=now)
    assert not Notice.objects.filter(topic="reply").exists()
    cast.jonas.refresh_from_db()
    assert cast.jonas.unread == Notice.objects.filter(person=cast.jonas, read_at=None).count()


def test_the_notices_of_another_person_are_not_found(
    cast: Any, write: Any, answer: Any, deliver: Any
) -> None:
    answer(write())
    deliver()
    oid = Notice.objects.get().oid
    for path in (f"/me/notices/{oid}/read", f"/me/notices/{oid}/open"):
        assert press(cast.rafe, path).status_code == 404
    assert "First light" not in page(cast.rafe).content.decode()
    assert Notice.objects.get().read_at is None


def test_reading_all_twice_and_one_twice_changes_nothing_more(
    cast: Any, write: Any, answer: Any, deliver: Any
) -> None:
    answer(write())
    deliver()
    oid = Notice.objects.get().oid
    assert press(cast.jonas, "/me/notices/read").status_code == 302
    first = Notice.objects.get().read_at
    assert first is not None
    press(cast.jonas, "/me/notices/read")
    press(cast.jonas, f"/me/notices/{oid}/read")
    assert Notice.objects.get().read_at == first


def test_operators_hear_of_applications_and_applicants_of_the_decision(
    cast: Any, kiln: Any, deliver: Any, member_of: Any, now: Any
) -> None:
    from banyan.communities.models import Community
    from banyan.culture import actions as culture

    Community.objects.filter(pk=kiln.pk).update(join_policy="approval")
    kiln.refresh_from_db()
    culture.join(community=kiln, person=cast.dara, version=1, now=now)
    deliver()
    told = Notice.objects.get(topic="application")
    assert (told.person, told.actor) == (cast.mei, cast.dara)  # Kenji may not admit
    communities.admit(member=member_of(kiln, cast.dara), by=cast.mei, now=now)
    deliver()
    assert Notice.objects.get(topic="membership").person == cast.dara


def test_reporter_and_author_hear_of_a_decision_and_nobody_is_named(
    cast: Any, kiln: Any, write: Any, deliver: Any, member_of: Any, now: Any
) -> None:
    post = write()
    thing = kind_of("post").find(kiln, post.public_id)
    moderation.report(thing=thing, reporter=member_of(kiln, cast.lan), reason="spam", now=now)
    moderation.decide(
        thing=thing, verdict="hide", by=member_of(kiln, cast.kenji), now=now, reason="spam"
    )
    deliver()
    assert Notice.objects.get(topic="report").person == cast.lan
    verdict = Notice.objects.get(topic="verdict")
    assert (verdict.person, verdict.actor) == (cast.jonas, None)
    assert "Kenji" not in page(cast.jonas).content.decode()


def test_hosts_are_told_of_a_first_post_that_waits_two_hours_and_only_once(
    cast: Any, kiln: Any, write: Any, answer: Any, now: Any
) -> None:
    from banyan.outreach.first_replies import remind

    post = write("Hello, I am new")
    assert remind(now=now + timedelta(minutes=119)) == 0
    assert remind(now=now + timedelta(hours=2)) == 2
    assert remind(now=now + timedelta(hours=3)) == 0
    assert set(Notice.objects.values_list("person__name", flat=True)) == {"Mei Lin", "Kenji"}
    later = write("And another one", by=cast.lan)
    answer(later, by=cast.jonas)
    assert remind(now=now + timedelta(hours=5)) == 0
    write("My second", by=cast.jonas, now=now + timedelta(hours=1))
    assert remind(now=now + timedelta(hours=6)) == 0
    assert post.pk


def test_old_notices_are_forgotten_after_ninety_days(
    cast: Any, write: Any, answer: Any, deliver: Any, now: Any
) -> None:
    answer(write())
    deliver()
    Notice.objects.update(told_at=now - timedelta(days=91))
    assert tell.forget_before(now - timedelta(days=90)) == 1
    cast.jonas.refresh_from_db()
    assert cast.jonas.unread == 0


def test_the_page_asks_as_much_for_three_hundred_notices_as_for_one(
    cast: Any, write: Any, answer: Any, deliver: Any, now: Any
) -> None:
    post = write()
    answer(post)
    deliver()
    first = Notice.objects.get()

    def statements() -> int:
        client = Client()
        client.force_login(cast.jonas)
        client.get("/me/notices")
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/me/notices").status_code == 200
        return len(seen)

    small = statements()
    Notice.objects.bulk_create(
        Notice(
            person=cast.jonas, topic="reply", key=f"k{n}", community_id=first.community_id,
            actor=cast.lan, thing_kind="comment", thing_id=n, about_kind="post", about_id=n,
            url="/", told_at=now, title=f"{n}",
        )
        for n in range(300)
    )  # fmt: skip
    assert statements() == small <= 5


def test_new_orders_are_told_to_operators_and_parcels_to_buyers(
    cast: Any, kiln: Any, now: Any, deliver: Any
) -> None:
    from banyan.orders.events import OrderPaid, OrderShipped
    from banyan.orders.models import Order
    from banyan.sellers.models import Book

    order = Order.objects.create(
        community=kiln, book=Book.objects.get(community=kiln), number="K-ABC234",
        person=cast.jonas, currency="CNY", items_minor=100, total_minor=100, placed_at=now,
        reserved_until=now,
    )  # fmt: skip
    for kind in (OrderPaid, OrderShipped):
        event = kind(community_id=kiln.pk, object_id=order.pk, now=now)
        for _twice in range(2):
            listeners.tell_those_who_pack(event) if kind is OrderPaid else (
                listeners.tell_who_waits_for_it(event)
            )
    told: Callable[[str], list[str]] = lambda topic: list(  # noqa: E731
        Notice.objects.filter(topic=topic).values_list("person__name", flat=True)
    )
    assert told("order") == ["Mei Lin"]
    assert told("shipped") == ["Jonas"]
