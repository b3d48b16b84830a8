"""Muted, struck, banned, and appealing against it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from banyan.communities import actions as communities
from banyan.communities.models import Member
from banyan.content.actions import comment as comments
from banyan.content.actions import like as likes
from banyan.content.actions import post as posts
from banyan.content.models import Comment, Post
from banyan.core import jobs
from banyan.core.idempotency import new_form_key
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.culture.queries import clauses
from banyan.moderation import actions, rules
from banyan.moderation.models import Appeal, Decision, Mute, Strike
from banyan.moderation.objects import kind_of
from banyan.moderation.standing import appealing, banning, muting, queries, striking
from banyan.moderation.tasks import sweep_standing
from banyan.outreach.models import Notice

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return client


def sent(**fields: Any) -> dict[str, Any]:
    return {"form_key": new_form_key(), **fields}


@pytest.fixture
def jonas(kiln: Any, cast: Any, member_of: Any) -> Any:
    return member_of(kiln, cast.jonas)


@pytest.fixture
def kenji(kiln: Any, cast: Any, member_of: Any) -> Any:
    return member_of(kiln, cast.kenji)


@pytest.fixture
def mei(kiln: Any, cast: Any, member_of: Any) -> Any:
    return member_of(kiln, cast.mei)


@pytest.fixture
def post(jonas: Any) -> Any:
    return posts.publish(author=jonas, title="A bargain", now=timezone.now())


def shown(kiln: Any, post: Any) -> Any:
    return kind_of("post").find(kiln, post.public_id)


def hide(kiln: Any, post: Any, by: Any, **fields: Any) -> Decision:
    return actions.decide(
        thing=shown(kiln, post), verdict=fields.pop("verdict", "hide"), by=by, reason="spam",
        now=fields.pop("now", None) or timezone.now(), **fields,
    )  # fmt: skip


# Muting


def test_a_muted_member_reads_but_says_nothing_and_can_write_again_by_themselves(
    kiln: Any, cast: Any, jonas: Any, kenji: Any, post: Any, member_of: Any
) -> None:
    now = timezone.now()
    muting.mute(member=jonas, hours=1, by=kenji, now=now, reason="unkind")
    attempts = [
        lambda at: posts.publish(author=jonas, title="More", now=at),
        lambda at: comments.comment(post=post, author=jonas, body="More", now=at),
        lambda at: likes.like(thing=post, member=jonas, now=at),
        lambda at: posts.edit(post=post, by=jonas, title="Else", body="", now=at),
    ]
    for attempt in attempts:
        with pytest.raises(muting.Muted):
            attempt(now + 59 * timedelta(minutes=1))
    for attempt in attempts:
        attempt(now + HOUR)
    assert browser(cast.jonas).get(f"/kiln/p/{post.oid}").status_code == 200


def test_the_muted_read_why_and_until_when_and_keep_their_words(
    kiln: Any, cast: Any, jonas: Any, kenji: Any, post: Any
) -> None:
    clause = clauses(kiln)[-1]
    muting.mute(
        member=jonas, hours=24, by=kenji, now=timezone.now(), reason="unkind", clause=clause.id,
        words="Take a breath.",
    )  # fmt: skip
    client = browser(cast.jonas)
    answer = client.post(f"/kiln/p/{post.oid}/comments", sent(body="I was not done yet!"))
    page = answer.content.decode()
    assert answer.status_code == 403
    for word in ("I was not done yet!", clause.text, "Take a breath.", "Unkind or hateful"):
        assert word in page
    for address in ("/kiln/new", f"/kiln/p/{post.oid}/edit"):
        answer = client.get(address)
        assert answer.status_code == 403
        assert clause.text in answer.content.decode()
    page = client.get(f"/kiln/p/{post.oid}").content.decode()
    assert 'id="muted"' in page
    assert 'id="write"' not in page
    assert not Comment.objects.exists()
    from banyan.chat.models import Room

    room = Room.objects.of(kiln).get()
    page = client.get(f"/kiln/chat/{room.oid}").content.decode()
    assert 'id="muted"' in page
    answer = client.post(f"/kiln/chat/{room.oid}/send", sent(body="And here?"))
    assert answer.status_code == 422
    assert "And here?" in answer.content.decode()
    assert "You are muted here until" in answer.content.decode()
    assert client.post(f"/kiln/p/{post.oid}/like", {"like": "1"}).status_code == 403


def test_one_is_muted_once_and_only_by_who_stands_above(
    kiln: Any, cast: Any, jonas: Any, kenji: Any, mei: Any, tea: Any, member_of: Any
) -> None:
    now = timezone.now()
    for by, whom in ((jonas, kenji), (kenji, mei), (kenji, kenji), (jonas, jonas)):
        with pytest.raises(NotAllowed):
            muting.mute(member=whom, hours=1, by=by, now=now, reason="spam")
    with pytest.raises(NotAllowed):
        muting.mute(member=jonas, hours=1, by=member_of(tea, cast.sol), now=now, reason="spam")
    with pytest.raises(NotAllowed):
        muting.mute(member=jonas, hours=7, by=kenji, now=now, reason="spam")
    first = muting.mute(member=jonas, hours=1, by=kenji, now=now, reason="spam")
    with pytest.raises(WrongMoment):
        muting.mute(member=jonas, hours=24, by=mei, now=now, reason="spam")
    muting.unmute(mute=first, by=mei, now=now)
    jonas.refresh_from_db()
    assert not jonas.is_muted
    with pytest.raises(WrongMoment):
        muting.unmute(mute=first, by=mei, now=now)
    muting.mute(member=jonas, hours=24, by=mei, now=now, reason="spam")


def test_the_sweep_of_mutes_and_strikes_may_run_twice(
    kiln: Any, jonas: Any, kenji: Any, post: Any
) -> None:
    past = timezone.now() - 100 * DAY
    muting.mute(member=jonas, hours=1, by=kenji, now=past, reason="spam")
    hide(kiln, post, kenji, strike=True, now=past)
    assert sweep_standing() == 2
    assert sweep_standing() == 0
    assert Mute.objects.get().state == "over"
    assert Strike.objects.get().state == "over"
    assert Member.objects.get(pk=jonas.pk).muted_until is None


def test_a_waiting_post_of_the_muted_waits_until_it_is_over(
    kiln: Any, jonas: Any, kenji: Any
) -> None:
    now = timezone.now()
    posts.publish(author=jonas, title="Later", now=now, at=now + timedelta(minutes=20))
    muting.mute(member=jonas, hours=1, by=kenji, now=now, reason="spam")
    assert posts.publish_due(now=now + timedelta(minutes=30)) == 0
    assert posts.publish_due(now=now + 2 * HOUR) == 1


def test_the_studio_mutes_ends_it_and_keeps_what_was_typed_wrongly(
    kiln: Any, cast: Any, jonas: Any
) -> None:
    client = browser(cast.kenji)
    page = f"/studio/kiln/members/{jonas.oid}"
    assert client.get(f"{page}/standing").status_code == 200
    wrong = client.post(f"{page}/mute", sent(hours="5", reason="spam", words="Typed words"))
    assert wrong.status_code == 422
    assert "Typed words" in wrong.content.decode()
    assert client.post(f"{page}/mute", sent(hours="24", reason="spam")).status_code == 302
    mute = Mute.objects.get()
    assert "Muted until" in client.get(f"{page}/standing").content.decode()
    assert client.post(f"/studio/kiln/mutes/{mute.oid}/end", sent()).status_code == 302
    assert client.post(f"/studio/kiln/mutes/{mute.oid}/end", sent()).status_code == 409
    for stranger in (cast.lan, cast.rafe, cast.sol):
        answer = browser(stranger).post(f"{page}/mute", sent(hours="24", reason="spam"))
        assert answer.status_code == 404
    assert browser(cast.kenji).post(f"{page}/put-out", sent(reason="spam")).status_code == 403


# Strikes


def test_a_decision_carries_a_strike_that_the_person_reads_with_its_clause(
    kiln: Any, cast: Any, jonas: Any, post: Any
) -> None:
    clause = clauses(kiln)[-1]
    answer = browser(cast.kenji).post(
        f"/studio/kiln/content/post/{post.oid}/hide",
        sent(reason="misplaced", clause=clause.id, strike="on"),
    )
    assert answer.status_code == 302
    strike = Strike.objects.get()
    assert (strike.member, strike.expires_at - strike.given_at) == (jonas, 90 * DAY)
    page = browser(cast.jonas).get("/kiln/membership").content.decode()
    assert "1 standing strike" in page
    assert clause.text in page
    assert "standing strike" not in browser(cast.lan).get("/kiln/membership").content.decode()
    # Shown again by a moderator: the strike goes with it.
    actions.decide(
        thing=shown(kiln, post), verdict="restore", now=timezone.now(),
        by=Member.objects.select_related("person", "community").get(
            person=cast.kenji, community=kiln
        ),
    )  # fmt: skip
    assert Strike.objects.get().state == "lifted"


def test_nobody_strikes_their_equals_and_nothing_changes(kiln: Any, kenji: Any, mei: Any) -> None:
    mine = posts.publish(author=mei, title="From the top", now=timezone.now())
    with pytest.raises(NotAllowed):
        hide(kiln, mine, kenji, strike=True)
    assert Post.objects.get(pk=mine.pk).is_published
    assert not Decision.objects.exists()


def test_three_standing_strikes_suggest_and_never_do_anything(
    kiln: Any, cast: Any, jonas: Any, kenji: Any
) -> None:
    now = timezone.now()
    for n in range(3):
        assert "need-strikes" not in browser(cast.mei).get("/studio/kiln/today").content.decode()
        striking.strike(member=jonas, by=kenji, now=now - n * DAY, reason="unkind")
    today = browser(cast.mei).get("/studio/kiln/today").content.decode()
    assert "Jonas has 3 standing strikes" in today
    jonas.refresh_from_db()
    assert (jonas.state, jonas.muted_until) == ("joined", None)
    assert queries.often_struck(kiln, now + 90 * DAY) == []
    striking.lift(strike=Strike.objects.latest("pk"), by=kenji, now=now)
    assert "need-strikes" not in browser(cast.mei).get("/studio/kiln/today").content.decode()


def test_operators_say_how_long_a_strike_stands(
    kiln: Any, cast: Any, jonas: Any, kenji: Any
) -> None:
    address = "/studio/kiln/content/strike-days"
    assert browser(cast.kenji).post(address, sent(days="10")).status_code == 403
    assert browser(cast.mei).post(address, sent(days="0")).status_code == 422
    assert browser(cast.mei).post(address, sent(days="10")).status_code == 302
    made = striking.strike(member=jonas, by=kenji, now=timezone.now(), reason="spam")
    assert made.expires_at - made.given_at == 10 * DAY
    assert Activity.objects.get(verb="SettingsChanged").props["fields"] == ["strike_days"]


# Appeals


def test_an_appeal_that_another_grants_brings_the_post_and_lifts_the_strike(
    kiln: Any, cast: Any, jonas: Any, kenji: Any, mei: Any, post: Any
) -> None:
    made = hide(kiln, post, kenji, strike=True, words="Not here")
    jobs.run_due()
    notice = Notice.objects.get(topic="verdict", person=cast.jonas)
    page = f"/me/decisions/{made.oid}"
    assert notice.url == page
    client = browser(cast.jonas)
    assert client.post(page, sent(words=" ")).status_code == 422
    assert client.post(page, sent(words="It is a gift, not a sale.")).status_code == 302
    jobs.run_due()
    told = set(Notice.objects.filter(topic="appeal").values_list("person__name", flat=True))
    assert told == {"Mei Lin"}  # not who decided
    appeal = Appeal.objects.get()
    queue = browser(cast.kenji).get("/studio/kiln/content").content.decode()
    assert "It is a gift, not a sale." in queue
    answer = f"/studio/kiln/appeals/{appeal.oid}/answer"
    assert browser(cast.kenji).post(answer, sent(do="overturn")).status_code == 409
    assert browser(cast.mei).post(answer, sent(words="Kept")).status_code == 422
    assert browser(cast.mei).post(answer, sent(do="overturn", words="True")).status_code == 302
    assert browser(cast.mei).post(answer, sent(do="uphold")).status_code == 409
    assert Post.objects.get(pk=post.pk).is_published
    assert Strike.objects.get().state == "lifted"
    jobs.run_due()
    assert Notice.objects.get(topic="appeal-answer").person == cast.jonas
    assert "The decision is overturned" in client.get(page).content.decode()
    log = Client().get("/kiln/log").content.decode()
    assert "Decisions overturned on appeal" in log
    for hidden in ("Jonas", "Kenji", "gift", "A bargain"):
        assert hidden not in log


def test_an_appeal_is_possible_once_within_fourteen_days_and_only_about_oneself(
    kiln: Any, cast: Any, kenji: Any, mei: Any, post: Any
) -> None:
    now = timezone.now()
    made = hide(kiln, post, kenji)
    with pytest.raises(NotAllowed):
        appealing.appeal(decision=made, person=cast.lan, words="Mine?", now=now)
    assert browser(cast.lan).get(f"/me/decisions/{made.oid}").status_code == 404
    with pytest.raises(appealing.NothingSaid):
        appealing.appeal(decision=made, person=cast.jonas, words="  ", now=now)
    with pytest.raises(appealing.TooLate):
        appealing.appeal(decision=made, person=cast.jonas, words="Late", now=now + 15 * DAY)
    first = appealing.appeal(decision=made, person=cast.jonas, words="No", now=now)
    with pytest.raises(appealing.AppealedOnce):
        appealing.appeal(decision=made, person=cast.jonas, words="No", now=now)
    appealing.answer(appeal=first, overturn=False, by=mei, now=now)
    with pytest.raises(appealing.AppealedOnce):
        appealing.appeal(decision=made, person=cast.jonas, words="No", now=now)
    assert Post.objects.get(pk=post.pk).state == "hidden"


def test_in_a_community_of_one_the_same_person_answers_and_it_says_so(
    kiln: Any, cast: Any, jonas: Any, kenji: Any, mei: Any, post: Any
) -> None:
    now = timezone.now()
    communities.give_role(member=kenji, role="member", by=mei, now=now)
    made = hide(kiln, post, mei)
    asked = appealing.appeal(decision=made, person=cast.jonas, words="Please", now=now)
    appealing.answer(appeal=asked, overturn=False, by=mei, now=now)
    page = browser(cast.jonas).get(f"/me/decisions/{made.oid}").content.decode()
    assert "Answered by the same person: nobody else here could." in page


def test_what_was_removed_for_good_comes_back_by_an_appeal(
    kiln: Any, cast: Any, jonas: Any, kenji: Any, mei: Any, post: Any, member_of: Any
) -> None:
    now = timezone.now()
    said = comments.comment(post=post, author=jonas, body="Removed words", now=now)
    thing = kind_of("comment").find(kiln, said.public_id)
    made = actions.decide(thing=thing, verdict="remove", by=kenji, now=now, reason="spam")
    assert "Removed words" in browser(cast.jonas).get(f"/me/decisions/{made.oid}").content.decode()
    asked = appealing.appeal(decision=made, person=cast.jonas, words="Why?", now=now)
    appealing.answer(appeal=asked, overturn=True, by=mei, now=now)
    said.refresh_from_db()
    post.refresh_from_db()
    assert (said.is_published, post.comment_count) == (True, 1)


def test_an_overturned_mute_ends_and_an_overturned_ban_lets_in_again(
    kiln: Any, cast: Any, jonas: Any, kenji: Any, mei: Any
) -> None:
    now = timezone.now()
    mute = muting.mute(member=jonas, hours=720, by=kenji, now=now, reason="unkind")
    asked = appealing.appeal(decision=mute.decision, person=cast.jonas, words="No", now=now)
    appealing.answer(appeal=asked, overturn=True, by=mei, now=now)
    jonas.refresh_from_db()
    assert (jonas.muted_until, Mute.objects.get().state) == (None, "ended")
    made = banning.ban(member=jonas, by=mei, now=now, reason="unkind")
    client = browser(cast.jonas)
    assert client.get("/kiln/feed").status_code == 403
    page = f"/me/decisions/{made.oid}"
    assert client.post(page, sent(words="Let me explain")).status_code == 302
    # Kenji answers appeals: the one who banned does not.
    answer = f"/studio/kiln/appeals/{Appeal.objects.latest('pk').oid}/answer"
    assert browser(cast.mei).post(answer, sent(do="overturn")).status_code == 409
    assert browser(cast.kenji).post(answer, sent(do="overturn")).status_code == 302
    jonas.refresh_from_db()
    assert jonas.state == "joined"


def test_a_ban_without_a_clause_can_be_appealed_too_and_lifting_it_settles_the_appeal(
    kiln: Any, cast: Any, jonas: Any, mei: Any
) -> None:
    now = timezone.now()
    communities.ban(member=jonas, by=mei, now=now)
    made = Decision.objects.get(verdict="ban")
    appealing.appeal(decision=made, person=cast.jonas, words="Why?", now=now)
    communities.unban(member=jonas, by=mei, now=now + HOUR)
    assert Appeal.objects.get().state == "overturned"
    assert Decision.objects.filter(verdict="unban").count() == 1


def test_showing_it_again_settles_the_appeal_that_waits(
    kiln: Any, cast: Any, jonas: Any, kenji: Any, mei: Any, post: Any
) -> None:
    made = hide(kiln, post, kenji)
    appealing.appeal(decision=made, person=cast.jonas, words="Why?", now=timezone.now())
    actions.decide(thing=shown(kiln, post), verdict="restore", by=kenji, now=timezone.now())
    assert Appeal.objects.get().state == "overturned"
    with pytest.raises(WrongMoment):
        appealing.answer(appeal=Appeal.objects.get(), overturn=False, by=mei, now=timezone.now())


def test_a_late_appeal_is_told_of_once(kiln: Any, cast: Any, kenji: Any, post: Any) -> None:
    past = timezone.now() - 4 * DAY
    made = hide(kiln, post, kenji, now=past)
    appealing.appeal(decision=made, person=cast.jonas, words="Why?", now=past)
    assert sweep_standing() == 1
    assert sweep_standing() == 0
    assert Notice.objects.filter(topic="appeal-late").get().person == cast.mei


def test_the_chosen_verdicts_about_people_stand_in_the_public_log_without_names(
    kiln: Any, cast: Any, jonas: Any, kenji: Any
) -> None:
    muting.mute(member=jonas, hours=1, by=kenji, now=timezone.now(), reason="unkind")
    striking.strike(member=jonas, by=kenji, now=timezone.now(), reason="unkind")
    page = Client().get("/kiln/log").content.decode()
    assert "Muted" in page
    assert "A strike" in page
    assert "Jonas" not in page
    assert rules.MUTE in dict(rules.VERDICTS)
