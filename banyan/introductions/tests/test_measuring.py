"""A tie on day 30, the comparison with chance, and what of it is shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from banyan.chat.actions import talks
from banyan.communities import actions as communities
from banyan.content.actions import comment, keep, like, post
from banyan.introductions import actions, measuring, queries, rules
from banyan.introductions.models import Introduction, Side
from banyan.people.privacy import erase

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def settled(now: Any) -> bool | None:
    assert measuring.settle_due(now=now + 30 * DAY) == 1
    return Introduction.objects.get().has_tie


def test_two_who_wrote_to_each_other_have_a_tie(met: Any, side: Any, here: Any, now: Any) -> None:
    actions.write(side=side("jonas"), member=here("jonas"), body="Hello", now=now + DAY)
    actions.write(side=side("lan"), member=here("lan"), body="Hello", now=now + 2 * DAY)
    assert settled(now) is True


def test_one_who_writes_and_is_not_answered_has_none(
    met: Any, side: Any, here: Any, now: Any
) -> None:
    actions.write(side=side("jonas"), member=here("jonas"), body="Hello", now=now + DAY)
    assert settled(now) is False


@pytest.mark.parametrize("back", ["answers", "reacts", "follows", "names"])
def test_turning_back_in_public_counts(back: str, met: Any, side: Any, here: Any, now: Any) -> None:
    jonas, lan = here("jonas"), here("lan")
    later = now + 3 * DAY
    keep.follow_person(followed=lan, member=jonas, now=later)
    said = post.publish(author=jonas, now=later, title="Cups", body="Two cups, one cracked.")
    if back == "answers":
        comment.comment(post=said, author=lan, body="Which glaze is it?", now=later)
    elif back == "reacts":
        like.like(thing=said, member=lan, now=later)
    elif back == "follows":
        keep.follow_person(followed=jonas, member=lan, now=later)
    else:
        post.publish(author=lan, now=later, title="Tea", body="Ask @Jonas about it.")
    assert settled(now) is True


def test_what_was_before_the_draw_or_after_the_day_counts_not(
    kiln: Any, ready: Any, here: Any, shown: None, now: Any
) -> None:
    jonas, lan = ready("jonas", "tea"), ready("lan", "tea")
    said = post.publish(author=jonas, now=now - DAY, title="Cups", body="Two cups.")
    comment.comment(post=said, author=lan, body="Which glaze is it?", now=now - DAY)
    actions.draw(kiln, now=now)
    keep.follow_person(followed=lan, member=jonas, now=now + DAY)
    keep.follow_person(followed=jonas, member=lan, now=now + 30 * DAY + DAY)
    assert measuring.settle_due(now=now + 40 * DAY) == 1
    assert Introduction.objects.get().has_tie is False


def test_day_thirty_is_settled_once_and_not_before(met: Any, here: Any, now: Any) -> None:
    assert measuring.settle_due(now=now + 30 * DAY - timedelta(seconds=1)) == 0
    assert measuring.settle_due(now=now + 30 * DAY) == 1
    first = Introduction.objects.get()
    keep.follow_person(followed=here("lan"), member=here("jonas"), now=now + 2 * DAY)
    keep.follow_person(followed=here("jonas"), member=here("lan"), now=now + 2 * DAY)
    assert measuring.settle_due(now=now + 31 * DAY) == 0
    row = Introduction.objects.get()
    assert (row.settled_at, row.has_tie) == (first.settled_at, False)


def test_pairs_count_as_they_were_drawn_whoever_left_or_is_erased(
    met: Any, here: Any, cast: Any, now: Any
) -> None:
    communities.leave(member=here("jonas"), now=now)
    erase(person=cast.lan, now=now)
    assert settled(now) is False
    assert queries.result(met.community).introduced == queries.Share(1, 0)


def test_pairs_left_to_chance_are_measured_alike(
    kiln: Any, cast: Any, ready: Any, left: None, now: Any
) -> None:
    ready("jonas", "tea")
    ready("lan", "tea")
    actions.draw(kiln, now=now)
    talks.begin(author=cast.jonas, to=[cast.lan], body="Hello", now=now + DAY)
    talks.begin(author=cast.lan, to=[cast.jonas], body="Hello", now=now + DAY)
    assert settled(now) is True
    assert queries.result(kiln).held == queries.Share(1, 1)


def test_many_pairs_are_measured_in_a_fixed_number_of_reads(
    kiln: Any, shown: None, now: Any, django_assert_num_queries: Any
) -> None:
    from .test_introductions import many

    for size in (4, 40):
        many(kiln, size, now)
        actions.draw(kiln, now=now)
        batch = list(Introduction.objects.order_by("pk"))
        with django_assert_num_queries(3):
            assert measuring.ties(batch) == set()


def pairs(kiln: Any, now: Any, state: str, number: int, tied: int) -> None:
    start = Introduction.objects.count()
    Introduction.objects.bulk_create(
        Introduction(
            community=kiln, pair=f"{start + n}:x", state=state, drawn_at=now, closes_at=now,
            settled_at=now, has_tie=n < tied,
        )
        for n in range(number)
    )  # fmt: skip


def test_below_eight_of_either_nothing_is_said(kiln: Any, now: Any) -> None:
    pairs(kiln, now, rules.OVER, 40, 20)
    pairs(kiln, now, rules.HELD, 7, 1)
    found = queries.result(kiln)
    assert found.introduced.is_enough
    assert not found.held.is_enough


def test_a_difference_is_named_from_thirty_pairs_of_either(kiln: Any, now: Any) -> None:
    pairs(kiln, now, rules.OVER, 60, 30)
    pairs(kiln, now, rules.HELD, 29, 2)
    assert queries.result(kiln).difference.verdict == "too-few"
    pairs(kiln, now, rules.HELD, 1, 0)
    found = queries.result(kiln)
    assert found.difference.verdict == "more"
    assert found.difference.low is not None
    assert 0 < found.difference.low < found.difference.by < 0.6
    assert 30 < found.introduced.low < 50 < found.introduced.high < 70


def test_the_studio_counts_people_in_fives_and_never_fewer(
    kiln: Any, ready: Any, here: Any, now: Any
) -> None:
    from .test_introductions import many

    ready("jonas", "tea")
    assert queries.figures(kiln).willing is None
    many(kiln, 6, now)
    assert queries.figures(kiln).willing == 5
    assert Side.objects.count() == 0
