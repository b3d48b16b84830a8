from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from banyan.content.actions import post as posts
from banyan.content.actions.comment import comment
from banyan.core.models import Activity
from banyan.core.refusals import TooMany, WrongMoment
from banyan.moderation import actions, queries, rules
from banyan.moderation.models import Decision, Report
from banyan.moderation.objects import kind_of


@pytest.fixture
def post(kiln, cast, member_of, now):
    return posts.publish(author=member_of(kiln, cast.jonas), title="Cheap cups here", now=now)


@pytest.fixture
def thing(kiln):
    """The present look of a post or comment for moderation."""
    return lambda one: kind_of(one._meta.model_name).find(kiln, one.public_id)


@pytest.fixture
def report(kiln, cast, member_of, thing, now):
    def make(one, by=None, reason=rules.SPAM, **fields):
        member = member_of(kiln, by or cast.lan)
        return actions.report(
            thing=thing(one), reporter=member, reason=reason, **{"now": now, **fields}
        )

    return make


@pytest.fixture
def decide(kiln, cast, member_of, thing, now):
    def make(one, verdict, **fields):
        return actions.decide(
            thing=thing(one), verdict=verdict, by=member_of(kiln, cast.kenji), now=now, **fields
        )

    return make


def test_a_report_waits_in_the_queue_and_a_second_one_changes_nothing(kiln, post, report, cast):
    first = report(post, note="He does this everywhere")
    assert report(post, reason=rules.UNKIND) == first
    report(post, by=cast.mei)
    assert queries.open_count(kiln) == 1
    items, more = queries.reported(kiln)
    assert (len(items[0].reports), items[0].reason, more) == (2, rules.SPAM, False)
    row = Activity.objects.filter(verb="Reported").first()
    assert row.parent_id == Activity.objects.get(verb="PostPublished").pk
    assert "everywhere" not in str(row.__dict__)


def test_nobody_reports_oneself_or_what_is_hidden(post, report, decide, cast):
    with pytest.raises(actions.OwnThing):
        report(post, by=cast.jonas)
    decide(post, rules.HIDE, reason=rules.SPAM)
    with pytest.raises(WrongMoment):
        report(post)


def test_a_flood_of_reports_has_to_wait(kiln, cast, member_of, report, post, now):
    Report.objects.bulk_create(
        Report(
            community=kiln, kind="post", object_id=10_000 + n, reason=rules.SPAM,
            reporter=member_of(kiln, cast.lan), reported_at=now,
        )
        for n in range(rules.REPORTS_PER_WINDOW)
    )  # fmt: skip
    with pytest.raises(TooMany):
        report(post)
    assert report(post, now=now + timedelta(minutes=11))


def test_hiding_settles_the_reports_and_tells_the_author_why(kiln, post, report, decide, cast):
    report(post)
    made = decide(post, rules.HIDE, reason=rules.SPAM, words="Advertising goes into the shop")
    post.refresh_from_db()
    assert post.state == "hidden"
    assert (made.by, made.subject, made.reports) == (cast.kenji.pseudonym, cast.jonas.pseudonym, 1)
    assert queries.open_count(kiln) == 0
    assert queries.last_decision("post", post.pk).explanation.words.startswith("Advertising")
    with pytest.raises(WrongMoment):
        decide(post, rules.HIDE, reason=rules.SPAM)
    said = Activity.objects.get(verb="Decided")
    assert (said.props["verdict"], said.actor) == ("hide", cast.kenji.pseudonym)


def test_what_was_hidden_can_be_shown_again_once(post, decide):
    with pytest.raises(WrongMoment):
        decide(post, rules.RESTORE)
    decide(post, rules.HIDE, reason=rules.OTHER)
    decide(post, rules.RESTORE)
    post.refresh_from_db()
    assert post.is_published
    with pytest.raises(WrongMoment):
        decide(post, rules.RESTORE)


def test_dismissing_needs_something_to_dismiss(post, report, decide):
    with pytest.raises(WrongMoment):
        decide(post, rules.DISMISS)
    report(post)
    decide(post, rules.DISMISS)
    with pytest.raises(WrongMoment):
        decide(post, rules.DISMISS)
    post.refresh_from_db()
    assert post.is_published
    assert Decision.objects.count() == 1


def test_what_was_removed_comes_back_for_nobody(kiln, cast, member_of, post, decide, now):
    decide(post, rules.REMOVE, reason=rules.MISLEADING)
    post.refresh_from_db()
    with pytest.raises(WrongMoment):
        decide(post, rules.RESTORE)
    with pytest.raises(WrongMoment):
        posts.undelete(post=post, by=member_of(kiln, cast.jonas), now=now)


def test_a_moderator_does_not_bring_back_what_its_author_deleted(
    kiln, cast, member_of, post, decide, now
):
    posts.delete(post=post, by=member_of(kiln, cast.jonas), now=now)
    with pytest.raises(WrongMoment):
        decide(post, rules.RESTORE)


def test_a_hidden_comment_with_answers_keeps_its_place_and_only_its_author_reads_it(
    client, kiln, cast, member_of, post, decide, now
):
    from banyan.communities.places import url

    lan, jonas = member_of(kiln, cast.lan), member_of(kiln, cast.jonas)
    first = comment(post=post, author=lan, body="Cheap cups elsewhere!", now=now)
    comment(post=post, author=jonas, body="Not here, please.", parent=first, now=now)
    decide(first, rules.HIDE, reason=rules.SPAM)
    for reader, reads in ((cast.lan, True), (cast.jonas, False), (None, False)):
        client.logout()
        if reader is not None:
            client.force_login(reader)
        page = client.get(url(kiln, "post", id=post.public_id)).content.decode()
        assert "Not here, please." in page
        assert ("Cheap cups elsewhere!" in page) is reads


def test_a_hidden_comment_is_not_counted(kiln, cast, member_of, post, decide, now):
    made = comment(post=post, author=member_of(kiln, cast.lan), body="Buy at my place", now=now)
    decide(made, rules.HIDE, reason=rules.SPAM)
    post.refresh_from_db()
    assert post.comment_count == 0
    decide(made, rules.RESTORE)
    post.refresh_from_db()
    assert post.comment_count == 1


@pytest.mark.trust
def test_a_decision_can_neither_be_changed_nor_deleted(post, decide):
    made = decide(post, rules.HIDE, reason=rules.SPAM)
    for attack in (
        lambda: Decision.objects.filter(pk=made.pk).update(verdict="dismiss"),
        lambda: Decision.objects.filter(pk=made.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attack()
    made.refresh_from_db()
    assert made.verdict == "hide"
