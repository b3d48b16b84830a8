"""Slow Kiln's charter amended by vote, its goals, ritual, examples, challenge and pulse.

All through the product's own actions; who does what follows from the plan, without a die.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from banyan.challenges import actions as challenges
from banyan.challenges import queries as challenge_queries
from banyan.challenges.models import Challenge
from banyan.communities.models import Member
from banyan.core.text import lang_of
from banyan.culture import things
from banyan.culture.amendments import actions as amendments
from banyan.culture.amendments import queries as amendment_queries
from banyan.culture.amendments import rules as amendment_rules
from banyan.culture.chronicle import actions as chronicle
from banyan.culture.examples import actions as examples
from banyan.culture.goals import actions as goals
from banyan.culture.models import Amendment, Example
from banyan.culture.pulse import actions as pulse
from banyan.culture.pulse import queries as pulse_queries
from banyan.culture.queries import clauses
from banyan.culture.rituals import actions as rituals
from banyan.culture.welcome import queries as welcome

from ..plan import culture as words
from ..plan.shapes import CommunityPlan, JoinPlan, Plan, PostPlan
from .hands import Hands

DAY = timedelta(days=1)
SLUG = "kiln"
JOINED = 34  # in the challenge

type Deed = tuple[datetime, str, Callable[[Hands, datetime], None]]


def steps(plan: Plan) -> Iterator[Deed]:
    place = next(one for one in plan.communities if one.slug == SLUG)
    here = [j for j in plan.joins if j.community == SLUG and j.outcome == "joined"]
    here.sort(key=lambda j: (j.at, j.person))
    yield from _amended(plan, place, here)
    yield from _goals(plan, place)
    yield from _challenge(plan, place, here)
    yield from _examples(plan, place, here)
    yield from _belonging(plan, here)
    for title, second_title, ago in words.CHRONICLE:
        at = plan.now - ago * DAY
        yield at, "chronicle", partial(_write_down, title, second_title)
    yield plan.now - timedelta(hours=5), "rituals", _begin_ritual


def finish(plan: Plan, hands: Hands) -> None:
    """What the worker would have done meanwhile."""
    place = hands.places[SLUG]
    goals.settle_due(now=plan.now)
    challenge_queries.keep(place.pk, now=plan.now)
    welcome.keep(place, now=plan.now)
    chronicle.read_log(now=plan.now, lag=-DAY)


def _owner(hands: Hands) -> Member:
    return hands.members[hands.owners[SLUG], SLUG]


def _still_in(join: JoinPlan, at: datetime) -> bool:
    return join.left_at is None or join.left_at > at


# The charter


def _amended(plan: Plan, place: CommunityPlan, here: list[JoinPlan]) -> Iterator[Deed]:
    if place.charter_changed_at is None:
        return
    opened = place.charter_changed_at - amendment_rules.VOTE_DAYS * DAY
    tenure = amendment_rules.TENURE_DAYS * DAY
    voters = [
        join for join in here
        if join.at <= opened - tenure and _still_in(join, place.charter_changed_at)
    ]  # fmt: skip
    langs = {one.key: one.lang for one in plan.people}
    yield opened, "charters", partial(_propose, place)
    for n, (body, days) in enumerate(words.SAID):
        tongue = lang_of(body)
        join = [v for v in voters if langs[v.person] == tongue][n]
        yield opened + days * DAY, "charters", partial(_comment, join.person, body)
    for n, join in enumerate(voters):
        if n % 7 == 3:
            continue  # never got round to it
        at = opened + timedelta(hours=3 + (n * 37) % 150)
        yield at, "charters", partial(_vote, join.person, "no" if n % 6 == 5 else "yes")
    yield place.charter_changed_at, "charters", _count


def _propose(place: CommunityPlan, hands: Hands, now: datetime) -> None:
    charter = place.charter
    amendments.propose(
        community=hands.places[SLUG], by=_owner(hands), now=now, why=words.WHY, after_version=1,
        goal=charter.goal, values=charter.values, conventions=charter.conventions,
        second_goal=charter.second_goal, second_values=charter.second_values,
        second_conventions=charter.second_conventions,
    )  # fmt: skip


def _open(hands: Hands) -> Amendment:
    found = amendment_queries.standing_open(hands.places[SLUG])
    assert found is not None
    return found


def _comment(person: str, body: str, hands: Hands, now: datetime) -> None:
    member = hands.members[person, SLUG]
    amendments.comment(amendment=_open(hands), member=member, body=body, now=now)


def _vote(person: str, choice: str, hands: Hands, now: datetime) -> None:
    member = hands.members[person, SLUG]
    # Joined long ago, but this row was read while they did.
    member.refresh_from_db(fields=["joined_at", "state"])
    amendments.vote(amendment=_open(hands), member=member, choice=choice, now=now)


def _count(hands: Hands, now: datetime) -> None:
    assert amendments.settle(_open(hands), now=now) == amendment_rules.ADOPTED


# Goals, ritual, chronicle


def _goals(plan: Plan, place: CommunityPlan) -> Iterator[Deed]:
    zone = ZoneInfo(place.zone)
    for title, second_title, measure, target, ago, until in words.GOALS:
        first = (plan.now - ago * DAY).astimezone(zone).date()
        last = (plan.now - until * DAY).astimezone(zone).date()
        starts_at = datetime.combine(first, time(), zone)
        ends_at = datetime.combine(last, time(), zone)
        make = partial(_set_goal, title, second_title, measure, target, starts_at, ends_at)
        yield starts_at + timedelta(hours=9), "goals", make
        day = starts_at + 14 * DAY
        while day < min(ends_at + DAY, plan.now):
            yield day, "goals", _look_at_goals
            day += DAY


def _set_goal(title: str, second_title: str, measure: str, target: int, starts_at: datetime,
              ends_at: datetime, hands: Hands, now: datetime) -> None:  # fmt: skip
    goals.set_goal(
        community=hands.places[SLUG], by=_owner(hands), now=now, title=title,
        second_title=second_title, measure=measure, target=target, starts_at=starts_at,
        ends_at=ends_at,
    )  # fmt: skip


def _look_at_goals(hands: Hands, now: datetime) -> None:
    goals.settle_due(now=now)


def _begin_ritual(hands: Hands, now: datetime) -> None:
    ritual = rituals.begin(
        community=hands.places[SLUG], by=_owner(hands), now=now, weekday=2, hour=20, **words.RITUAL
    )
    for n, name in enumerate(words.HOSTS):
        if (name, SLUG) in hands.members:
            member = hands.members[name, SLUG]
            rituals.volunteer(ritual=ritual, member=member, now=now + timedelta(minutes=9 * n))


def _write_down(title: str, second_title: str, hands: Hands, now: datetime) -> None:
    chronicle.add(
        community=hands.places[SLUG], by=_owner(hands), now=now, title=title,
        second_title=second_title, at=now,
    )  # fmt: skip


# The challenge


def _challenge(plan: Plan, place: CommunityPlan, here: list[JoinPlan]) -> Iterator[Deed]:
    """On its thirteenth day; most keep at it, some miss a day, a few fall silent."""
    zone = ZoneInfo(place.zone)
    today = plan.now.astimezone(zone).date()
    starts_on = today - 12 * DAY
    begins = datetime.combine(starts_on, time(), zone)
    announced = begins - 3 * DAY + timedelta(hours=10)
    yield announced, "challenges", partial(_announce, starts_on)
    yield begins, "challenges", _begin
    zones = {one.key: one.zone for one in plan.people}
    quiet = {one.key: one.quiet_from for one in plan.people}
    fit = [
        j for j in here
        if j.at < announced - DAY and _still_in(j, plan.now) and quiet[j.person] is None
    ]  # fmt: skip
    some = fit[:: max(1, len(fit) // JOINED)][:JOINED]
    some += [j for j in fit if j.person in ("jonas", "lan") and j not in some]
    for n, join in enumerate(some):
        yield (
            announced + timedelta(minutes=31 * (n + 1)),
            "challenges",
            partial(_take_part, join.person, n),
        )
        own = ZoneInfo(zones[join.person] or place.zone)
        ends = 3 + n % 5 if n % 4 == 3 else 99  # a quarter falls silent
        for day in range(12):
            if day >= ends or (n + 3 * day) % 11 == 0:
                continue
            at = datetime.combine(
                starts_on + day * DAY, time(13 + (n + day) % 8, (n * 7) % 60), own
            )
            if begins < at < plan.now:
                yield at, "challenges", partial(_check_in, join.person)


def _announce(starts_on: object, hands: Hands, now: datetime) -> None:
    challenges.announce_challenge(
        community=hands.places[SLUG], by=_owner(hands), now=now, starts_on=starts_on, days=30,
        needed_days=27, teams=words.TEAMS, slug="30-cups", **words.CHALLENGE,
    )  # fmt: skip


def _cups(hands: Hands) -> Challenge:
    found: Challenge = Challenge.objects.of(hands.places[SLUG]).get(slug="30-cups")
    found.community = hands.places[SLUG]
    return found


def _begin(hands: Hands, now: datetime) -> None:
    assert challenges.start(_cups(hands), now=now)


def _take_part(person: str, n: int, hands: Hands, now: datetime) -> None:
    challenge = _cups(hands)
    team = list(challenge.teams.all())[n % len(words.TEAMS)] if n % 3 else None
    challenges.join(challenge=challenge, member=hands.members[person, SLUG], team=team, now=now)


def _check_in(person: str, hands: Hands, now: datetime) -> None:
    challenges.check_in(challenge=_cups(hands), member=hands.members[person, SLUG], now=now)


# Examples and belonging


def _examples(plan: Plan, place: CommunityPlan, here: list[JoinPlan]) -> Iterator[Deed]:
    """Four posts named by others; the team has taken three, one waits."""
    after = (place.charter_changed_at or place.founded_at) + DAY
    fit = [
        p for p in plan.posts
        if p.community == SLUG and p.author != place.owner
        and not (p.story or p.mood) and after < p.at < plan.now - 4 * DAY
    ]  # fmt: skip
    fit.sort(key=lambda p: (-len(p.likes), p.key))
    namers = [j for j in here if j.at < after and _still_in(j, plan.now)]
    for n, (post, why) in enumerate(zip(fit, words.EXAMPLES, strict=False)):
        by = next(j.person for j in namers[n + 2 :] if j.person != post.author)
        at = post.at + timedelta(hours=30)
        yield at, "examples", partial(_name, post, by, why, n)
        if n:
            yield at + timedelta(hours=20), "examples", partial(_accept, post)


def _name(post: PostPlan, by: str, why: str, n: int, hands: Hands, now: datetime) -> None:
    place = hands.places[SLUG]
    values = [one.id for one in clauses(place) if one.kind == "value"]
    kind = things.kind_of("post")
    assert kind is not None
    examples.nominate(
        thing=kind.find(place, hands.posts[post.key].public_id), clause=values[n % len(values)],
        by=hands.members[by, SLUG], why=why, now=now,
    )  # fmt: skip


def _accept(post: PostPlan, hands: Hands, now: datetime) -> None:
    one = Example.objects.get(kind="post", object_id=hands.posts[post.key].pk)
    examples.accept(example=one, by=_owner(hands), now=now)


def _belonging(plan: Plan, here: list[JoinPlan]) -> Iterator[Deed]:
    """The month before this one: whoever was drawn answered, or put it off."""
    this = plan.now.replace(day=1)
    asked = (this - DAY).replace(day=18)
    for n, join in enumerate(here):
        if join.at < asked - 15 * DAY and _still_in(join, asked + DAY):
            at = asked + timedelta(minutes=11 * n)
            yield at, "pulse", partial(_answer, join.person, n)


def _answer(person: str, n: int, hands: Hands, now: datetime) -> None:
    member = hands.members[person, SLUG]
    member.refresh_from_db(fields=["joined_at", "state"])
    if pulse_queries.question_now(member, now=now) is None:
        return
    if n % 9 == 4:
        pulse.skip(member=member, for_ever=n % 18 == 4, now=now)
    else:
        pulse.answer(member=member, score=(4, 5, 4, 3, 5, 4, 2, 5)[n % 8], now=now)
