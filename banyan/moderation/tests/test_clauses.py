"""Decisions rest on a clause, are read by everybody without names, and numbers decide nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from banyan.communities.models import Member
from banyan.content.actions import post as posts
from banyan.content.models import Post
from banyan.core.idempotency import new_form_key
from banyan.culture.queries import clauses
from banyan.moderation import actions, queries, rules
from banyan.moderation.models import Decision, Report
from banyan.moderation.objects import kind_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(kiln: Any, cast: Any, member_of: Any, now: Any) -> Any:
    return posts.publish(author=member_of(kiln, cast.jonas), title="A bargain", now=now)


def shown(kiln: Any, post: Any) -> Any:
    return kind_of("post").find(kiln, post.public_id)


def test_a_decision_cites_a_clause_and_keeps_its_words(
    kiln: Any, cast: Any, member_of: Any, post: Any, now: Any
) -> None:
    clause = clauses(kiln)[-1]
    kenji = Client()
    kenji.force_login(cast.kenji)
    path = f"/studio/kiln/content/post/{post.oid}/hide"
    page = kenji.get("/studio/kiln/content?tab=all").content.decode()
    assert f'<option value="{clause.id}"' in page
    sent = {"form_key": new_form_key(), "reason": "misplaced", "clause": clause.id}
    assert kenji.post(path, sent).status_code == 302
    made = Decision.objects.get()
    assert (made.clause, made.clause_words) == (clause.id, clause.text)
    assert clause.text in kenji.get("/studio/kiln/content?tab=hidden").content.decode()


def test_a_clause_that_does_not_stand_is_refused_and_nothing_changes(
    kiln: Any, cast: Any, member_of: Any, post: Any, now: Any
) -> None:
    with pytest.raises(actions.NoSuchClause):
        actions.decide(
            thing=shown(kiln, post), verdict="hide", by=member_of(kiln, cast.kenji), now=now,
            reason="spam", clause="v99",
        )  # fmt: skip
    assert Post.objects.get(pk=post.pk).state == "published"
    assert not Decision.objects.exists()


def test_everybody_reads_what_was_decided_and_nobody_who_or_whose(
    kiln: Any, cast: Any, member_of: Any, post: Any, now: Any
) -> None:
    clause = clauses(kiln)[-1]
    actions.decide(
        thing=shown(kiln, post), verdict="hide", by=member_of(kiln, cast.kenji), now=now,
        reason="misplaced", clause=clause.id, words="Dear Jonas, not here.",
    )  # fmt: skip
    page = Client().get("/kiln/log").content.decode()
    assert clause.text in page
    for hidden in ("Kenji", "Jonas", "A bargain", "Dear", str(cast.jonas.pseudonym)):
        assert hidden not in page
    from banyan.communities.models import Community

    Community.objects.filter(pk=kiln.pk).update(visibility="members")
    assert Client().get("/kiln/log").status_code == 302


def crowd(kiln: Any, new_person: Any, number: int, at: Any) -> list[Any]:
    people = [new_person(f"Crowd {n}") for n in range(number)]
    return [
        Member.objects.create(community=kiln, person=person, state="joined", joined_at=at)
        for person in people
    ]


def test_fifty_accounts_against_one_member_are_one_card_within_a_minute_and_ban_nobody(
    kiln: Any, cast: Any, member_of: Any, post: Any, new_person: Any
) -> None:
    started = timezone.now()
    other = posts.publish(author=member_of(kiln, cast.jonas), title="Another", now=started)
    for n, member in enumerate(crowd(kiln, new_person, 50, started)):
        thing = shown(kiln, other if n % 5 == 0 else post)
        actions.report(thing=thing, reporter=member, reason="spam", now=started)
    mei = Client()
    mei.force_login(cast.mei)
    page = mei.get("/studio/kiln/today").content.decode()
    assert timezone.now() - started < timedelta(seconds=60)
    assert page.count('id="need-wave"') == 1
    assert "50 accounts report one member" in page
    assert "50 of the accounts joined in the last 7 days" in page
    # By itself nothing happened to anybody.
    assert not Decision.objects.exists()
    assert set(Post.objects.values_list("state", flat=True)) == {"published"}
    assert member_of(kiln, cast.jonas).state == "joined"
    # Once decided, the card goes.
    for thing in (post, other):
        actions.decide(
            thing=shown(kiln, thing), verdict="dismiss", by=member_of(kiln, cast.kenji),
            now=timezone.now(),
        )  # fmt: skip
    assert "need-wave" not in mei.get("/studio/kiln/today").content.decode()


def test_a_few_reports_or_old_ones_are_no_wave_and_its_cost_is_fixed(
    kiln: Any, cast: Any, member_of: Any, post: Any, new_person: Any
) -> None:
    now = timezone.now()
    members = crowd(kiln, new_person, rules.WAVE_ACCOUNTS, now)
    for member in members[:-1]:
        actions.report(thing=shown(kiln, post), reporter=member, reason="spam", now=now)
    with CaptureQueriesContext(connection) as few:
        assert queries.wave(kiln, now=now) is None
    actions.report(thing=shown(kiln, post), reporter=members[-1], reason="spam", now=now)
    with CaptureQueriesContext(connection) as many:
        found = queries.wave(kiln, now=now)
    assert found is not None
    assert (found.accounts, found.thing.author_id) == (
        rules.WAVE_ACCOUNTS, member_of(kiln, cast.jonas).pk,
    )  # fmt: skip
    assert len(many) == len(few) + 1
    Report.objects.update(reported_at=now - timedelta(seconds=rules.WAVE_SECONDS + 1))
    assert queries.wave(kiln, now=now) is None


def test_the_first_reply_card_shows_the_clock_and_goes_with_the_reply(
    kiln: Any, cast: Any, member_of: Any
) -> None:
    from banyan.content.actions.comment import comment

    now = timezone.now()
    first = posts.publish(
        author=member_of(kiln, cast.lan), title="我是新来的", now=now - timedelta(hours=25)
    )
    mei = Client()
    mei.force_login(cast.mei)
    page = mei.get("/studio/kiln/today").content.decode()
    assert 'class="card need leaf mend" id="need-first-replies"' in page
    assert "我是新来的" in page
    comment(post=first, author=member_of(kiln, cast.lan), body="Me again", now=now)
    assert "need-first-replies" in mei.get("/studio/kiln/today").content.decode()
    comment(post=first, author=member_of(kiln, cast.jonas), body="Welcome", now=now)
    assert "need-first-replies" not in mei.get("/studio/kiln/today").content.decode()
