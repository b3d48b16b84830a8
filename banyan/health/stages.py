"""The one stage model: what must hold to leave each stage, and the conditions beside it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SEED, SAPLING, CANOPY, MARKET, GROVE = "seed", "sapling", "canopy", "market", "grove"
ORDER = (SEED, SAPLING, CANOPY, MARKET, GROVE)
BRANCHING, REPAIR, DORMANT = "branching", "repair", "dormant"
CONDITIONS = (BRANCHING, REPAIR, DORMANT)
TO_MARKET = "to-market"  # what the Market asks of those who enter

type Words = str | Promise

NAMES: dict[str, Words] = {
    SEED: pgettext_lazy("stage", "Seed"),
    SAPLING: pgettext_lazy("stage", "Sapling"),
    CANOPY: pgettext_lazy("stage", "Canopy"),
    MARKET: pgettext_lazy("stage", "Market"),
    GROVE: pgettext_lazy("stage", "Grove"),
    BRANCHING: pgettext_lazy("stage", "Branching"),
    REPAIR: pgettext_lazy("stage", "Repair"),
    DORMANT: pgettext_lazy("stage", "Dormant"),
}
MEANING: dict[str, Words] = {
    SEED: _("founded: a charter and the first people"),
    SAPLING: _("people gather and come back"),
    CANOPY: _("people talk with one another"),
    MARKET: _("the community sells and buys again"),
    GROVE: _("a brand of its own"),
    BRANCHING: _("a group keeps to itself so much that it could become a community of its own"),
    REPAIR: _("something broke: fewer come, or more goes back"),
    DORMANT: _("hardly anybody does anything"),
}

COUNT, PERCENT, HOURS, YES = "count", "percent", "hours", "yes"


@dataclass(frozen=True)
class Threshold:
    """A number that a community may set; `usual` is GROWTH's starting value."""

    usual: int
    least: int
    most: int
    label: Words
    unit: str = COUNT


THRESHOLDS: dict[str, Threshold] = {
    "conventions": Threshold(3, 1, 20, _("Seed: conventions in the charter")),
    "seed_members": Threshold(10, 2, 1000, _("Seed: first members")),
    "seed_posts": Threshold(5, 1, 1000, _("Seed: first posts")),
    "members": Threshold(50, 5, 100_000, _("Sapling: members")),
    "newcomers": Threshold(40, 1, 100, _("Sapling: newcomers who act within 7 days"), PERCENT),
    "day30": Threshold(25, 1, 100, _("Sapling: active again around day 30"), PERCENT),
    "weekly": Threshold(25, 1, 100, _("Canopy: active members each week, 4 weeks"), PERCENT),
    "contributors": Threshold(10, 1, 10_000, _("Canopy: members who write")),
    "reply_hours": Threshold(2, 1, 168, _("Canopy: median first reply, at most"), HOURS),
    "others": Threshold(60, 1, 100, _("Canopy: replies not by owners"), PERCENT),
    "mentions": Threshold(20, 1, 10_000, _("Market, to enter: products named in posts, 30 days")),
    "buyers": Threshold(30, 1, 100_000, _("Market: buyers")),
    "repeat": Threshold(20, 1, 100, _("Market: bought again within 60 days"), PERCENT),
    "refunds": Threshold(8, 0, 100, _("Market: orders with a refund, at most"), PERCENT),
    "branch_active": Threshold(40, 5, 10_000, _("Branching: active members of a group")),
    "branch_inside": Threshold(60, 1, 100, _("Branching: its ties that lie inside"), PERCENT),
    "repair_fall": Threshold(25, 5, 90, _("Repair: weekly active fell by"), PERCENT),
    "repair_refunds": Threshold(2, 2, 20, _("Repair: share of refunds grew this many times")),
    "dormant": Threshold(5, 1, 50, _("Dormant: active members a week, below"), PERCENT),
}


@dataclass(frozen=True)
class Criterion:
    """One thing that must hold. `how` says how it is counted; `threshold` "" means yes or no;
    `opens` is the list of people or posts behind it. `is_built` False: its source is not built."""

    key: str
    stage: str
    label: Words
    how: Words
    unit: str = COUNT
    threshold: str = ""
    is_most: bool = False
    opens: str = ""
    is_built: bool = True


CRITERIA: tuple[Criterion, ...] = (
    Criterion(
        "charter", SEED, _("Charter published"),
        _("It has a goal, values and at least so many conventions; counted are its conventions."),
        COUNT, "conventions", opens="charter",
    ),
    Criterion("seed_members", SEED, _("First members"), _("Members now."), COUNT, "seed_members",
              opens="people:members"),
    Criterion("seed_posts", SEED, _("First posts"), _("Posts that stand published."), COUNT,
              "seed_posts", opens="posts:all"),
    Criterion("members", SAPLING, _("Members"), _("Members now."), COUNT, "members",
              opens="people:members"),
    Criterion("newcomers", SAPLING, _("Newcomers who act"),
              _("Of those who joined 7 to 97 days ago, who did something within 7 days."),
              PERCENT, "newcomers", opens="people:acted"),
    Criterion("day30", SAPLING, _("Back around day 30"),
              _("Of those who joined 37 to 127 days ago, who were active on days 30 to 36."),
              PERCENT, "day30", opens="people:day30"),
    Criterion("weekly", CANOPY, _("Active each week"),
              _("Members who did something, of all members; the weakest of the last 4 weeks."),
              PERCENT, "weekly", opens="people:weekly"),
    Criterion("contributors", CANOPY, _("Members who write"),
              _("Wrote a post or a comment in the last 28 days."), COUNT, "contributors",
              opens="people:contributors"),
    Criterion("reply_hours", CANOPY, _("Median first reply"),
              _("Posts of the last 28 days, a day old; unanswered ones count as the slowest."),
              HOURS, "reply_hours", is_most=True, opens="posts:month"),
    Criterion("others", CANOPY, _("Replies not by owners"),
              _("Comments of the last 28 days on others’ posts, by members who do not own it."),
              PERCENT, "others", opens="people:repliers"),
    Criterion("needs", TO_MARKET, _("Answers about needs"),
              _("30 answers in surveys; or the products below."), is_built=False),
    Criterion("mentions", TO_MARKET, _("Products named in posts"),
              _("Products linked in posts of the last 30 days."), COUNT, "mentions",
              opens="posts:products"),
    Criterion("payments", TO_MARKET, _("Payments set up"),
              _("A way to pay is configured and the shop has a book."), YES),
    Criterion("buyers", MARKET, _("Buyers"), _("Different people who paid for an order."), COUNT,
              "buyers", opens="people:buyers"),
    Criterion("repeat", MARKET, _("Bought again"),
              _("Of buyers whose first order is 60 days old, who bought again within 60 days."),
              PERCENT, "repeat", opens="people:repeat"),
    Criterion("refunds", MARKET, _("Orders with a refund"),
              _("Of orders paid in the last 90 days."), PERCENT, "refunds", is_most=True,
              opens="orders"),
    Criterion("fit", MARKET, _("Product fit"), _("How well products fit the community."),
              is_built=False),
    Criterion("own_brand", GROVE, _("Share of the own brand"), _("Of what is sold."),
              is_built=False),
    Criterion("direct", GROVE, _("Direct and member traffic"), _("Of all visits."),
              is_built=False),
    Criterion("outside", GROVE, _("Mentions outside"), _("Rising three months."), is_built=False),
)  # fmt: skip
BY_KEY = {criterion.key: criterion for criterion in CRITERIA}


@dataclass(frozen=True)
class Verdict:
    """A criterion with what was measured. `state`: met, not, few (too few to tell), unmeasured."""

    criterion: Criterion
    state: str
    value: int | None
    part: int | None
    n: int | None
    wanted: int | None
    low: int | None = None
    high: int | None = None

    @property
    def is_met(self) -> bool:
        return self.state == "met"

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.criterion.key, "state": self.state, "value": self.value,
            "part": self.part, "n": self.n, "wanted": self.wanted,
        }  # fmt: skip


def judge(criterion: Criterion, found: Mapping[str, Any] | None, wanted: int | None) -> Verdict:
    """`found` has value, and for shares part, n and whether it is enough to tell."""
    if not criterion.is_built or found is None:
        return Verdict(criterion, "unmeasured", None, None, None, wanted)
    value, part, n = found.get("value"), found.get("part"), found.get("n")
    if not found.get("enough", True):
        state = "few"
    elif value is None:
        state = "not"
    elif criterion.unit == YES:
        state = "met" if value else "not"
    elif criterion.is_most:
        state = "met" if value <= (wanted or 0) else "not"
    else:
        state = "met" if value >= (wanted or 0) else "not"
    return Verdict(criterion, state, value, part, n, wanted, found.get("low"), found.get("high"))


def may_leave(stage: str, verdicts: Mapping[str, Verdict]) -> bool:
    """Whether all that this stage asks is met. Who leaves the Canopy must be let into the Market.

    What could be measured and is not, is not met; what nothing here can measure yet holds nobody
    back, and stands in the evidence as not measured (docs/adr/0012).
    """
    here = [v for v in verdicts.values() if v.criterion.stage == stage and v.criterion.is_built]
    if stage == GROVE or not here or not all(v.is_met for v in here):
        return False
    if stage == CANOPY:
        asked = verdicts["needs"].is_met or verdicts["mentions"].is_met
        return asked and verdicts["payments"].is_met
    return True


def next_of(stage: str) -> str:
    return ORDER[min(ORDER.index(stage) + 1, len(ORDER) - 1)]


def is_in_repair(
    weeks: Sequence[int], refunds: tuple[float, float] | None, *, was: bool, fall: int, times: int
) -> bool:
    """`weeks`: members active in whole weeks, the latest first. Eight weeks before are the
    measure; with fewer than 10 people a week there nothing is said. It ends after two weeks back
    in band.
    """

    def fell(at: int) -> bool:
        before = weeks[at + 1 : at + 9]
        usual = sum(before) / 8
        return len(before) == 8 and usual >= 10 and weeks[at] <= usual * (100 - fall) / 100

    more_back = refunds is not None and refunds[1] > 0 and refunds[0] >= refunds[1] * times
    if more_back or (weeks and fell(0)):
        return True
    return was and len(weeks) > 1 and fell(1)


def is_dormant(weeks: Sequence[tuple[int, int]], *, below: int) -> bool:
    """(active, members) of the last eight whole weeks, each below so many percent."""
    return len(weeks) >= 8 and all(
        members > 0 and 100 * active < below * members for active, members in weeks[:8]
    )
