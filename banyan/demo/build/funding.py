"""Slow Kiln asks for money three times: too much once, enough for a book, and for a second kiln."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from banyan.funding import queries, rules
from banyan.funding.actions import closing, delivering, planning, pledging
from banyan.funding.models import Milestone, Pledge, Project, Reward
from banyan.orders.actions.placing import Address
from banyan.payments import hearing
from banyan.payments import rules as payment_rules
from banyan.payments.models import PaymentRefund
from banyan.payments.providers import RefundWord, Word

from ..plan.shapes import Plan
from .hands import Hands

PLACE = "kiln"
STAFF = ("mei", "dara", "yusuf", "lan")  # whoever runs the shop does not pledge
DAY = timedelta(days=1)
# Where parcels go: nobody's real address.
STREETS = (("文三路18号", "杭州", "CN"), ("Lindenstraße 4", "Berlin", "DE"),
           ("景德路7号", "苏州", "CN"), ("Calle de la Luna 9", "Madrid", "ES"))  # fmt: skip

type Deed = tuple[datetime, str, Callable[[Hands, datetime], None]]


@dataclass(frozen=True)
class Asked:
    """A project: days before now (or after it) and how many of each reward are pledged for."""

    title: str
    story: str
    picture: str
    goal_minor: int
    begins: int
    ends: int
    rewards: tuple[tuple[str, str, int, int | None, bool], ...]
    parts: tuple[tuple[str, int], ...]
    pledges: tuple[int, ...]  # the reward of each backer, counted from 0


PROJECTS = [
    Asked(
        "山里的柴窑", "在后山砌一座柴窑，一年烧四次，谁都可以来守夜。\n\n钱用来买耐火砖和木料。",
        "sk-bottles.jpg", 6_000_000, -74, -46,
        (("守窑一夜", "带上睡袋，管宵夜。", 20_000, 12, False),
         ("柴烧瓶子", "第一窑里的一只。", 36_000, 40, True)),
        (("砖和木料买齐", 6000), ("第一窑出窑", 4000)), (0, 1, 1, 0, 1),
    ),
    Asked(
        "A book of our glazes",
        "Forty recipes, each with the tile it makes and the mistake that led to it.\n\n"
        "Printed on paper that lies open on a wet table. **If it is late, we say so every week.**",
        "sk-test-tiles.jpg", 260_000, -43, -23,
        (("The book", "Printed, by post.", 18_000, None, True),
         ("The book and a tile", "With the tile of the recipe you like best.", 32_000, 8, True)),
        (("Photographed and set", 4000), ("Printed and sent", 6000)),
        (0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1),
    ),
    Asked(
        "A second kiln for forty bowls",
        "The old one fires twelve at a time, so every order waits for the next full moon.\n\n"
        "- Forty bowls in one firing\n- A third of the gas\n\nWhat can go wrong: bricks come late.",
        "sk-noodle-bowls.jpg", 800_000, -8, 13,
        (("A bowl of the first firing", "With the date on its foot.", 24_000, 40, True),
         ("Your name inside the door", "Scratched in before it is fired.", 60_000, 6, False)),
        (("Bricks and burner here", 5000), ("First firing", 3000), ("All bowls sent", 2000)),
        (0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0),
    ),
]  # fmt: skip


def steps(plan: Plan) -> Iterator[Deed]:
    rng = Random(plan.seed + 11)
    for one in PROJECTS:
        begins, ends = plan.now + one.begins * DAY, plan.now + one.ends * DAY
        yield begins, "projects", partial(begin, one, ends)
        last = min(ends, plan.now)
        some = sorted(rng.sample(_backers(plan, begins), len(one.pledges)))
        for n, (who, place) in enumerate(zip(some, one.pledges, strict=True)):
            share = (n + rng.random()) / (len(one.pledges) + 1)
            yield begins + share * (last - begins), "pledges", partial(pledge, one, who, place, n)
        if ends < plan.now:
            yield ends, "projects", keep_time
            yield ends + timedelta(minutes=1), "refunds", pay_back
            yield ends + rules.COLLECTING_FOR, "projects", keep_time
    made = plan.now + PROJECTS[1].ends * DAY + rules.COLLECTING_FOR
    yield made + 3 * DAY, "milestones", show
    yield made + 3 * DAY + rules.OBJECTION, "milestones", pay_out
    yield plan.now - 2 * DAY, "rewards", deliver


def _backers(plan: Plan, at: datetime) -> list[str]:
    """Members by then, who stay and do not run the shop."""
    return sorted(
        join.person for join in plan.joins
        if join.community == PLACE and join.outcome == "joined" and join.at < at
        and join.left_at is None and join.person not in STAFF
    )  # fmt: skip


def begin(plan: Asked, ends: datetime, hands: Hands, now: datetime) -> None:
    """Written by its owner, let live by somebody else who may."""
    place = hands.places[PLACE]
    by = hands.members[hands.owners[PLACE], PLACE]
    month = (ends.date().replace(day=1) + timedelta(days=95)).replace(day=1)
    made = planning.draft(
        community=place, by=by, title=plan.title, story=plan.story, goal_minor=plan.goal_minor,
        ends_at=ends, now=now,
        picture=hands.picture(
            plan.picture, community=place, owner=by.person, now=now, alt=plan.title, lang=""
        ),
        rewards=[_reward(row, month) for row in plan.rewards],
        milestones=[rules.MilestonePlan(name, share) for name, share in plan.parts],
    )  # fmt: skip
    planning.send(project=made, by=by, now=now)
    looks = queries.others_who_may(made).select_related("person").order_by("pk").first()
    planning.let_live(project=made, by=looks or by, now=now + timedelta(hours=2))


def _reward(row: tuple[str, str, int, int | None, bool], month: date) -> rules.RewardPlan:
    name, what, least, quota, by_post = row
    return rules.RewardPlan(name, what, least, quota, month, by_post)


def _project(plan: Asked) -> Project:
    found: Project = Project.objects.select_related("community", "book").get(title=plan.title)
    return found


def pledge(plan: Asked, who: str, place: int, number: int, hands: Hands, now: datetime) -> None:
    """Chosen, and paid a minute later; every third gives a little more."""
    project, member = _project(plan), hands.members[who, PLACE]
    reward = Reward.objects.get(project=project, position=place + 1)
    line1, city, country = STREETS[number % len(STREETS)]
    begun = pledging.begin(
        project=project, reward=reward, member=member,
        amount_minor=reward.least_minor + (2_000 if number % 3 == 0 else 0),
        address=Address(name=member.person.name, line1=line1, city=city, country=country),
        key="1", lang=project.lang, now=now,
    )  # fmt: skip
    paid = begun.payment
    word = Word(paid.oid, payment_rules.CAPTURED, paid.amount_minor, paid.currency)
    hearing.apply(paid, word, now=now + timedelta(minutes=1))


def keep_time(hands: Hands, now: datetime) -> None:
    closing.keep_time(now=now)


def pay_back(hands: Hands, now: datetime) -> None:
    """The provider says that the money of the one that fell short is back."""
    waiting = PaymentRefund.objects.filter(
        payment__source_kind=pledging.SOURCE, state__in=payment_rules.REFUND_OPEN
    ).select_related("payment__book")
    for one in waiting.order_by("pk"):
        word = RefundWord(one.provider_key, payment_rules.EXECUTED, one.amount_minor, one.currency)
        hearing.settle_refund(one, word, now=now)


def show(hands: Hands, now: datetime) -> None:
    part = Milestone.objects.select_related("project__book").get(
        project__title=PROJECTS[1].title, position=1
    )
    delivering.show(
        milestone=part, by=hands.members[hands.owners[PLACE], PLACE], picture=None, now=now,
        evidence="All forty tiles are photographed, and the pages are set. The printer has them.",
    )  # fmt: skip


def pay_out(hands: Hands, now: datetime) -> None:
    delivering.pay_out_due(now=now)


def deliver(hands: Hands, now: datetime) -> None:
    """The first four books have gone out."""
    by = hands.members[hands.owners[PLACE], PLACE]
    rows = Pledge.objects.filter(project__title=PROJECTS[1].title).select_related(
        "project__community", "member__person"
    )
    for one in rows.order_by("pk")[:4]:
        delivering.deliver(pledge=one, by=by, done=True, now=now)
