"""Goals, examples, rituals, the chronicle and the question about belonging."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from banyan.communities import actions as communities
from banyan.communities.models import Member
from banyan.content.actions import comment as comments
from banyan.content.actions import post as posts
from banyan.content.models import Post
from banyan.core.idempotency import new_form_key
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed, Refusal, TooMany, WrongMoment
from banyan.culture import queries as charters
from banyan.culture import things
from banyan.culture.chronicle import actions as chronicle
from banyan.culture.examples import actions as examples
from banyan.culture.goals import actions as goals
from banyan.culture.goals import measures
from banyan.culture.models import Example, Goal, Page, PulseAnswer, PulseAsked, Ritual, Turn
from banyan.culture.pulse import actions as pulse
from banyan.culture.pulse import queries as pulse_queries
from banyan.culture.pulse import rules as pulse_rules
from banyan.culture.rituals import actions as rituals
from banyan.culture.rituals import rules as ritual_rules
from banyan.culture.welcome import queries as welcome

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def said(verb: str) -> int:
    return Activity.objects.filter(verb=verb).count()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return client


def write(client, path, **fields):
    return client.post(path, {"form_key": new_form_key(), **fields})


# Goals


def a_goal(kiln, here, now, measure="posts", target=2, days=10):
    return goals.set_goal(
        community=kiln, by=here("mei"), now=now, title="Show two", measure=measure,
        target=target, starts_at=now, ends_at=now + days * DAY,
    )  # fmt: skip


def test_a_goal_is_reached_by_what_really_happens_and_only_once(settled, here, now):
    goal = a_goal(settled, here, now)
    posts.publish(author=here("jonas"), now=now + HOUR, body="One")
    assert goals.settle_due(now=now + 2 * HOUR) == 0
    assert Goal.objects.get().progress == 1
    second = posts.publish(author=here("lan"), now=now + HOUR, body="Two")
    posts.delete(post=second, by=here("lan"), now=now + HOUR)
    assert goals.settle_due(now=now + 2 * HOUR) == 0  # what was taken away does not count
    posts.publish(author=here("lan"), now=now + HOUR, body="Three")
    assert goals.settle_due(now=now + 2 * HOUR) == 1
    assert goals.settle_due(now=now + 2 * HOUR) == 0
    goal.refresh_from_db()
    assert (goal.state, goal.progress, said("GoalReached")) == ("reached", 2, 1)


def test_a_goal_whose_time_is_over_is_missed_and_late_deeds_do_not_count(settled, here, now):
    goal = a_goal(settled, here, now)
    posts.publish(author=here("jonas"), now=now + 11 * DAY, body="One")
    posts.publish(author=here("jonas"), now=now + 12 * DAY, body="Two")
    goals.settle_due(now=now + 13 * DAY)
    goal.refresh_from_db()
    assert (goal.state, goal.progress, said("GoalMissed")) == ("missed", 0, 1)
    with pytest.raises(WrongMoment):
        goals.give_up(goal=goal, by=here("mei"), now=now)


def test_only_those_who_run_the_community_set_and_give_up_goals(settled, here, now):
    goal = a_goal(settled, here, now)
    with pytest.raises(NotAllowed):
        goals.give_up(goal=goal, by=here("kenji"), now=now)
    with pytest.raises(NotAllowed):
        goals.set_goal(
            community=settled, by=here("jonas"), now=now, title="x", measure="posts", target=1,
            starts_at=now, ends_at=now + DAY,
        )  # fmt: skip
    for _n in range(4):
        a_goal(settled, here, now)
    with pytest.raises(goals.TooManyGoals):
        a_goal(settled, here, now)
    with pytest.raises(Refusal):
        goals.set_goal(
            community=settled, by=here("mei"), now=now, title="x", measure="likes-bought",
            target=1, starts_at=now, ends_at=now + DAY,
        )  # fmt: skip


def test_every_measure_counts_the_log(settled, here, cast, now, member_of):
    Member.objects.filter(person=cast.jonas).update(joined_at=now)
    first = posts.publish(author=here("jonas"), now=now + HOUR, body="New here")
    comments.comment(post=first, author=here("jonas"), body="me again", now=now + 2 * HOUR)
    span = (settled.pk, now, now + DAY)
    assert measures.first_replies(*span) == 0  # one's own answer is none
    assert measures.newcomers_answered(*span) == 0
    comments.comment(post=first, author=here("lan"), body="Welcome", now=now + 3 * HOUR)
    assert (measures.first_replies(*span), measures.newcomers_answered(*span)) == (1, 1)
    assert measures.joined(settled.pk, now, now + DAY) == 4
    communities.leave(member=here("kenji"), now=now)
    assert measures.joined(settled.pk, now, now + DAY) == 3
    for key, _label in measures.choices():
        assert measures.get(key).count(*span) >= 0


# Examples


@pytest.fixture
def shown(settled, here, now):
    post = posts.publish(author=here("jonas"), now=now, title="The flaw first", body="A crack.")
    return things.kind_of("post").find(settled, post.public_id)


def clause(kiln):
    return next(c.id for c in charters.clauses(kiln) if c.kind == "value")


def test_a_named_example_is_accepted_shown_and_taken_down_again(settled, here, cast, shown, now):
    one = examples.nominate(
        thing=shown, clause=clause(settled), by=here("lan"), why="先说缺处。", now=now
    )
    jonas = signed_in(cast.jonas)
    assert "The flaw first" not in jonas.get("/kiln/charter").content.decode()
    examples.accept(example=one, by=here("kenji"), now=now)
    with pytest.raises(WrongMoment):
        examples.accept(example=one, by=here("kenji"), now=now)
    page = jonas.get("/kiln/charter").content.decode()
    assert "The flaw first" in page
    assert "先说缺处" in page
    assert "An example of what we hold to" in jonas.get(shown.url).content.decode()
    examples.take_down(example=one, by=here("mei"), now=now)
    assert "The flaw first" not in jonas.get("/kiln/charter").content.decode()
    assert said("ExampleAccepted") == 1


def test_nobody_names_their_own_words_and_nobody_names_twice(settled, here, shown, now, tea):
    given = {"thing": shown, "clause": clause(settled), "why": "x", "now": now}
    with pytest.raises(examples.OnesOwn):
        examples.nominate(by=here("jonas"), **given)
    one = examples.nominate(by=here("lan"), **given)
    with pytest.raises(examples.NamedAlready):
        examples.nominate(by=here("kenji"), **given)
    with pytest.raises(NotAllowed):
        examples.accept(example=one, by=here("jonas"), now=now)
    with pytest.raises(NotAllowed):
        examples.withdraw(example=one, by=here("kenji"), now=now)
    examples.withdraw(example=one, by=here("lan"), now=now)
    examples.nominate(by=here("kenji"), **given)
    with pytest.raises(examples.NotInCharter):
        examples.nominate(by=here("lan"), **{**given, "clause": "c99"})


def test_five_nominations_a_day_are_enough(settled, here, now):
    for n in range(6):
        later = now + n * timedelta(minutes=20)
        post = posts.publish(author=here("jonas"), now=later, body=f"Cup {n}")
        thing = things.kind_of("post").find(settled, post.public_id)
        given = {"thing": thing, "clause": clause(settled), "by": here("lan"), "why": "x"}
        if n < 5:
            examples.nominate(**given, now=later)
        else:
            with pytest.raises(TooMany):
                examples.nominate(**given, now=later)


def test_an_example_whose_post_is_gone_is_shown_nowhere(settled, here, cast, shown, now):
    one = examples.nominate(thing=shown, clause=clause(settled), by=here("lan"), why="x", now=now)
    examples.accept(example=one, by=here("mei"), now=now)
    posts.delete(post=Post.objects.get(), by=here("jonas"), now=now)
    assert "The flaw first" not in signed_in(cast.lan).get("/kiln/charter").content.decode()


# Rituals


@pytest.fixture
def tea_night(settled, here, now):
    """Every Wednesday at eight in the evening in Shanghai; `now` is a Sunday evening there."""
    return rituals.begin(
        community=settled, by=here("mei"), now=now, title="Tea on Wednesday",
        words="Come as you are.",
        second_title="周三喝茶", second_words="随便来。", weekday=2, hour=20,
    )  # fmt: skip


WEDNESDAY = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


def hosts():
    rows = Turn.objects.filter(state="planned").order_by("at")
    return [turn.host.person.name if turn.host else None for turn in rows]


def test_a_ritual_opens_its_post_at_its_hour_once(tea_night, here, now):
    assert list(Turn.objects.values_list("at", flat=True)) == [
        WEDNESDAY, WEDNESDAY + WEEK, WEDNESDAY + 2 * WEEK,
    ]  # fmt: skip
    rituals.volunteer(ritual=tea_night, member=here("lan"), now=now)
    assert rituals.sweep(now=WEDNESDAY - timedelta(seconds=1)) == 0
    assert rituals.sweep(now=WEDNESDAY) == 1
    assert rituals.sweep(now=WEDNESDAY) == 0
    post = Post.objects.get()
    assert (post.author, post.title) == (here("lan"), "Tea on Wednesday · 周三喝茶")
    assert said("RitualOpened") == 1
    assert Turn.objects.get(state="opened").host == here("lan")
    assert Turn.objects.filter(state="planned").count() == 3


def test_turns_go_round_fairly(tea_night, here, now):
    for n, name in enumerate(("lan", "jonas", "kenji")):
        rituals.volunteer(ritual=tea_night, member=here(name), now=now + n * HOUR)
    rituals.volunteer(ritual=tea_night, member=here("lan"), now=now)  # twice is once
    for n in range(9):
        rituals.sweep(now=WEDNESDAY + n * WEEK)
    held = Turn.objects.filter(state="opened").values_list("host__person__name", flat=True)
    assert sorted(held) == ["Jonas"] * 3 + ["Kenji"] * 3 + ["Lan"] * 3


def test_a_turn_is_passed_on_to_the_next_and_only_by_its_host(tea_night, here, now):
    rituals.volunteer(ritual=tea_night, member=here("lan"), now=now)
    turn = Turn.objects.order_by("at").first()
    with pytest.raises(rituals.NobodyElse):
        rituals.skip(turn=turn, member=here("lan"), now=now)
    rituals.volunteer(ritual=tea_night, member=here("jonas"), now=now)
    with pytest.raises(NotAllowed):
        rituals.skip(turn=turn, member=here("jonas"), now=now)
    rituals.skip(turn=turn, member=here("lan"), now=now)
    assert Turn.objects.order_by("at").first().host == here("jonas")
    turn.refresh_from_db()
    with pytest.raises(rituals.NobodyElse):  # Lan has passed it on once
        rituals.skip(turn=turn, member=here("jonas"), now=now)


def test_two_hosts_swap_when_both_want_it(tea_night, here, now):
    for name in ("lan", "jonas"):
        rituals.volunteer(ritual=tea_night, member=here(name), now=now)
    Turn.objects.update(host=None)
    rituals.plan(tea_night, now=now)
    first, second = Turn.objects.order_by("at")[:2]
    lan, jonas = first.host, second.host
    rituals.ask_swap(turn=first, other=second, member=lan, now=now)
    rituals.ask_swap(turn=first, other=second, member=lan, now=now)
    assert said("HostSwapAsked") == 1
    first.refresh_from_db()
    with pytest.raises(NotAllowed):
        rituals.agree_swap(turn=first, member=lan, now=now)
    rituals.agree_swap(turn=first, member=jonas, now=now)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.host, second.host) == (jonas, lan)
    with pytest.raises(WrongMoment):
        rituals.agree_swap(turn=first, member=jonas, now=now)


def test_hosts_are_told_two_days_before_once(tea_night, here, now):
    rituals.volunteer(ritual=tea_night, member=here("lan"), now=now)
    assert rituals.remind(now=now) == 0
    assert rituals.remind(now=WEDNESDAY - 2 * DAY) == 1
    assert rituals.remind(now=WEDNESDAY - DAY) == 0
    assert said("HostTurn") == 1


def test_turns_of_somebody_who_left_go_to_others(tea_night, here, now):
    for name in ("lan", "jonas"):
        rituals.volunteer(ritual=tea_night, member=here(name), now=now)
    communities.leave(member=here("lan"), now=now)
    assert set(hosts()) == {"Jonas"}


def test_a_resting_ritual_opens_nothing_and_wakes_with_its_hosts(tea_night, here, now):
    rituals.volunteer(ritual=tea_night, member=here("lan"), now=now)
    with pytest.raises(NotAllowed):
        rituals.rest(ritual=tea_night, by=here("lan"), now=now)
    rituals.rest(ritual=tea_night, by=here("mei"), now=now)
    assert rituals.sweep(now=WEDNESDAY) == 0
    with pytest.raises(WrongMoment):
        rituals.volunteer(ritual=tea_night, member=here("jonas"), now=now)
    rituals.wake(ritual=tea_night, by=here("mei"), now=WEDNESDAY)
    assert set(hosts()) == {"Lan"}


def test_what_nobody_could_open_in_time_did_not_take_place(tea_night, now):
    assert rituals.sweep(now=WEDNESDAY + 13 * HOUR) == 0
    assert Turn.objects.filter(state="missed").count() == 1
    assert not Post.objects.exists()


def test_the_hour_of_a_ritual_stays_the_same_when_clocks_change():
    times = ritual_rules.next_times(
        rhythm="weekly", weekday=6, month_day=1, hour=20, zone="Europe/Berlin",
        after=datetime(2026, 10, 20, tzinfo=UTC), count=2,
    )  # fmt: skip
    assert [at.hour for at in times] == [19, 19]  # after the change of 25 October
    before = ritual_rules.next_times(
        rhythm="weekly", weekday=6, month_day=1, hour=20, zone="Europe/Berlin",
        after=datetime(2026, 10, 12, tzinfo=UTC), count=1,
    )  # fmt: skip
    assert before[0].hour == 18
    monthly = ritual_rules.next_times(
        rhythm="monthly", weekday=0, month_day=28, hour=0, zone="Asia/Shanghai",
        after=datetime(2027, 1, 30, tzinfo=UTC), count=2,
    )  # fmt: skip
    assert [at.astimezone(ritual_rules.zone_of("Asia/Shanghai")).date() for at in monthly] == [
        date(2027, 2, 28), date(2027, 3, 28),
    ]  # fmt: skip


# The chronicle


def test_the_chronicle_is_written_from_the_log_and_never_twice(settled, here, now, tea_night):
    posts.publish(author=here("jonas"), now=now, body="First")
    posts.publish(author=here("lan"), now=now, body="Second")
    later = now + HOUR
    first = chronicle.read_log(now=later)
    assert chronicle.read_log(now=later) == 0
    kinds = list(Page.objects.of(settled).values_list("kind", flat=True))
    assert sorted(kinds) == ["founded", "post", "ritual"]
    assert first == 3
    from banyan.culture.models import Bookmark

    Bookmark.objects.update(activity_id=0)  # read again from the beginning
    assert chronicle.read_log(now=later) == 0


def test_the_team_adds_lines_leaves_some_out_and_brings_them_back(settled, here, cast, now):
    with pytest.raises(NotAllowed):
        chronicle.add(community=settled, by=here("jonas"), now=now, title="x", at=now)
    page = chronicle.add(
        community=settled, by=here("mei"), now=now, title="The kiln cracked", at=now,
        second_title="窑裂了",
    )  # fmt: skip
    jonas = signed_in(cast.jonas)
    assert "The kiln cracked" in jonas.get("/kiln/chronicle").content.decode()
    with pytest.raises(NotAllowed):
        chronicle.hide(page=page, by=here("jonas"), now=now)
    chronicle.hide(page=page, by=here("mei"), now=now)
    with pytest.raises(WrongMoment):
        chronicle.hide(page=page, by=here("mei"), now=now)
    assert "The kiln cracked" not in jonas.get("/kiln/chronicle").content.decode()
    chronicle.show(page=page, by=here("mei"), now=timezone.now())
    assert "The kiln cracked" in jonas.get("/kiln/chronicle").content.decode()


# Belonging


@pytest.fixture
def everybody_is_asked(monkeypatch):
    monkeypatch.setattr(pulse_rules, "SAMPLE", 1.0)


def test_an_answer_knows_nobody_and_is_asked_for_once_a_month(settled, here, everybody_is_asked,
                                                              now):  # fmt: skip
    pulse.answer(member=here("jonas"), score=4, now=now)
    with pytest.raises(WrongMoment):
        pulse.answer(member=here("jonas"), score=5, now=now + DAY)
    with pytest.raises(WrongMoment):
        pulse.skip(member=here("jonas"), for_ever=True, now=now)
    pulse.answer(member=here("jonas"), score=5, now=now + 15 * DAY)  # another month
    names = {field.name for field in PulseAnswer._meta.get_fields()}
    assert names == {"id", "community", "month", "question", "score"}
    assert all(row.id.version == 4 for row in PulseAnswer.objects.all())  # no time in the key
    assert not Activity.objects.filter(verb__contains="Pulse").exists()
    assert PulseAsked.objects.count() == 2


def test_never_is_for_ever_until_one_says_otherwise(settled, here, everybody_is_asked, now):
    pulse.skip(member=here("lan"), for_ever=True, now=now)
    assert pulse_queries.question_now(here("lan"), now=now + 40 * DAY) is None
    pulse.ask_again(member=here("lan"))
    assert pulse_queries.question_now(here("lan"), now=now + 40 * DAY)
    with pytest.raises(WrongMoment):
        pulse.ask_again(member=here("lan"))


def test_newcomers_and_those_not_drawn_are_not_asked(settled, here, cast, now, monkeypatch):
    monkeypatch.setattr(pulse_rules, "SAMPLE", 0.0)
    with pytest.raises(WrongMoment):
        pulse.answer(member=here("jonas"), score=4, now=now)
    monkeypatch.setattr(pulse_rules, "SAMPLE", 1.0)
    Member.objects.filter(person=cast.jonas).update(joined_at=now - DAY)
    with pytest.raises(WrongMoment):
        pulse.answer(member=here("jonas"), score=4, now=now)


def test_below_eight_answers_and_before_the_month_is_over_nothing_is_shown(settled, now):
    month = date(2026, 10, 1)
    for n in range(7):
        PulseAnswer.objects.create(community=settled, month=month, question="ties", score=1 + n % 5)
    assert pulse_queries.months(settled, now=now)[0].all.mean is None
    PulseAnswer.objects.create(community=settled, month=month, question="ties", score=3)
    found = pulse_queries.months(settled, now=now)[0].all
    assert found.answers == 8
    assert found.low < found.mean < found.high
    for _n in range(9):
        PulseAnswer.objects.create(
            community=settled, month=date(2026, 11, 1), question="ties", score=5
        )
    assert len(pulse_queries.months(settled, now=now)) == 1


def test_about_a_third_is_drawn_each_month_and_not_always_the_same():
    people = [UUID(int=n * 7919 + 1) for n in range(3000)]
    drawn = [
        {p for p in people if pulse_rules.is_sampled(p, community_id=1, month=date(2026, m, 1))}
        for m in (10, 11)
    ]
    assert 900 < len(drawn[0]) < 1150
    assert 250 < len(drawn[0] & drawn[1]) < 450  # about a third of a third
    assert len({pulse_rules.question_for(p, community_id=1, month=date(2026, 10, 1))
                for p in people}) == 4  # fmt: skip


# Pages


def test_a_newcomers_unanswered_first_post_is_put_before_the_others(settled, here, cast):
    now = timezone.now()
    from banyan.culture import actions as charter_actions

    dara = charter_actions.join(community=settled, person=cast.dara, version=1, now=now)
    post = posts.publish(author=dara, now=now, title="Hello from Dara", body="I am new.")
    welcome.keep(settled, now=now + timedelta(minutes=1))
    assert "not answered yet" in signed_in(cast.jonas).get("/kiln/").content.decode()
    assert "not answered yet" not in signed_in(cast.dara).get("/kiln/").content.decode()
    assert "not answered yet" not in Client().get("/kiln/").content.decode()
    comments.comment(post=post, author=here("lan"), body="Welcome", now=now)
    welcome.keep(settled, now=now + timedelta(minutes=2))
    assert "not answered yet" not in signed_in(cast.jonas).get("/kiln/").content.decode()


def test_the_pages_of_culture_take_and_show_what_is_typed(settled, here, cast, shown):
    mei, lan = signed_in(cast.mei), signed_in(cast.lan)
    today = timezone.localdate()
    fields = {"title": "Fifty posts", "measure": "posts", "target": 50, "starts_on": today,
              "ends_on": today + 9 * DAY}  # fmt: skip
    assert write(mei, "/studio/kiln/goals/new", **{**fields, "target": 0}).status_code == 422
    assert write(mei, "/studio/kiln/goals/new", **fields).status_code == 302
    assert "Fifty posts" in lan.get("/kiln/goals").content.decode()
    assert "Fifty posts" in lan.get("/kiln/").content.decode()
    fields = {"title": "Tea", "words": "Come.", "rhythm": "weekly", "weekday": 2, "month_day": 1,
              "hour": 20}  # fmt: skip
    page = write(mei, "/studio/kiln/rituals/new", **fields)["Location"]
    assert write(lan, f"{page}/volunteer").status_code == 302
    assert "Your turn" in lan.get(page).content.decode()
    assert Ritual.objects.get().title == "Tea"
    name = f"/kiln/examples/post/{shown.oid}/nominate"
    assert lan.get(name).status_code == 200
    assert write(lan, name, clause=clause(settled)).status_code == 422
    assert write(lan, name, clause=clause(settled), why="Crack first.").status_code == 302
    waiting = mei.get("/studio/kiln/examples").content.decode()
    assert "Crack first." in waiting
    one = Example.objects.get()
    assert write(mei, f"/studio/kiln/examples/{one.oid}/accept").status_code == 302
    assert "Crack first." in lan.get("/kiln/charter").content.decode()
    assert write(mei, "/studio/kiln/chronicle/add", title="Rain", on=today).status_code == 302
    assert "Rain" in lan.get("/kiln/chronicle").content.decode()
    for path in ("culture", "pulse", "experiments", "charter", "charter/rules"):
        assert mei.get(f"/studio/kiln/{path}").status_code == 200
        assert lan.get(f"/studio/kiln/{path}").status_code == 404


def test_the_question_is_answered_on_the_home_page(settled, here, cast, everybody_is_asked):
    jonas = signed_in(cast.jonas)
    assert "One question" in jonas.get("/kiln/").content.decode()
    assert write(jonas, "/kiln/pulse", say="4").status_code == 302
    assert PulseAnswer.objects.get().score == 4
    assert "One question" not in jonas.get("/kiln/").content.decode()
