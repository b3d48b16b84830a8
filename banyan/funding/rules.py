"""States, moves and shares of crowdfunding: all or nothing, with rewards. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import pgettext_lazy

from banyan.core.money import largest_remainder

DRAFT, REVIEW, LIVE = "draft", "review", "live"
FUNDED, COLLECTING, DELIVERING = "funded", "collecting", "delivering"
DISPUTED, CLOSED, FAILED, CANCELLED = "disputed", "closed", "failed", "cancelled"
PROJECT_MOVES = {
    DRAFT: (REVIEW,),
    REVIEW: (DRAFT, LIVE),
    LIVE: (FUNDED, FAILED, CANCELLED),
    FUNDED: (COLLECTING, CANCELLED),
    COLLECTING: (DELIVERING, FAILED, CANCELLED),
    DELIVERING: (DISPUTED, CLOSED, CANCELLED),
    DISPUTED: (DELIVERING, CANCELLED),
    CLOSED: (),
    FAILED: (),
    CANCELLED: (),
}
PROJECT_STATES = [
    (DRAFT, pgettext_lazy("project", "Draft")),
    (REVIEW, pgettext_lazy("project", "Being looked at")),
    (LIVE, pgettext_lazy("project", "Live")),
    (FUNDED, pgettext_lazy("project", "Goal reached")),
    (COLLECTING, pgettext_lazy("project", "Goal reached, counted once more")),
    (DELIVERING, pgettext_lazy("project", "Being made and delivered")),
    (DISPUTED, pgettext_lazy("project", "Objected to")),
    (CLOSED, pgettext_lazy("project", "Done")),
    (FAILED, pgettext_lazy("project", "Goal not reached")),
    (CANCELLED, pgettext_lazy("project", "Called off")),
]
SHOWN = (LIVE, FUNDED, COLLECTING, DELIVERING, DISPUTED, CLOSED, FAILED, CANCELLED)
HOLDS = (LIVE, FUNDED, COLLECTING, DELIVERING, DISPUTED)  # backers' money may be here
PAYS_BACK = (FAILED, CANCELLED)

# A pledge is paid at once and held: no provider here keeps an authorisation for weeks (ADR 0016).
RESERVED, CAPTURED, COLLECTED = "reserved", "captured", "collected"
RELEASED, REFUNDING, REFUNDED = "released", "refunding", "refunded"
PLEDGE_MOVES = {
    RESERVED: (CAPTURED, RELEASED, REFUNDING),
    RELEASED: (CAPTURED, REFUNDING),  # paid after its time
    CAPTURED: (COLLECTED, REFUNDING),
    COLLECTED: (REFUNDING,),
    REFUNDING: (REFUNDED,),
    REFUNDED: (),
}
PLEDGE_STATES = [
    (RESERVED, pgettext_lazy("pledge", "Kept while you pay")),
    (CAPTURED, pgettext_lazy("pledge", "Paid and held")),
    (COLLECTED, pgettext_lazy("pledge", "Counted")),
    (RELEASED, pgettext_lazy("pledge", "Not paid in time")),
    (REFUNDING, pgettext_lazy("pledge", "Money on its way back")),
    (REFUNDED, pgettext_lazy("pledge", "Paid back")),
]
PAID = (CAPTURED, COLLECTED)  # its money is held for the project
HELD = (RESERVED, CAPTURED, COLLECTED)  # its reward is kept

# Milestones: the parts in which the money goes to the creator. Some names are those of above.
WAITING, PROVEN, OBJECTED, DONE = "waiting", "proven", "objected", "done"
MILESTONE_MOVES = {
    WAITING: (PROVEN,),
    PROVEN: (DONE, OBJECTED),
    OBJECTED: (DONE,),
    DONE: (),
}
MILESTONE_STATES = [
    (WAITING, pgettext_lazy("milestone", "To come")),
    (PROVEN, pgettext_lazy("milestone", "Shown, backers may object")),
    (OBJECTED, pgettext_lazy("milestone", "Held, backers object")),
    (DONE, pgettext_lazy("milestone", "Paid out")),
]

WHOLE_BP = 10_000
OBJECTION = timedelta(hours=72)
OBJECTIONS_HOLD_BP = 3000  # of the pledged value
COLLECTING_FOR = timedelta(days=3)
DECIDE_WITHIN = timedelta(days=7)
RESERVED_FOR = timedelta(minutes=15)
SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=90)
MOST_REWARDS, MOST_MILESTONES, MOST_PIECES = 6, 5, 100_000
TITLE_LENGTH, STORY_LENGTH, WHAT_LENGTH, REASON_LENGTH = 100, 8000, 300, 300
LARGEST_MINOR = 10**10


@dataclass(frozen=True)
class RewardPlan:
    """What a backer gets: at least so much, at most so many (None: as many as come)."""

    name: str
    what: str
    least_minor: int
    quota: int | None
    month: date
    needs_address: bool


@dataclass(frozen=True)
class MilestonePlan:
    name: str
    share_bp: int


# What may be wrong with a plan
NO_REWARDS, NO_AMOUNT, NO_GOAL, NO_MILESTONES, NOT_WHOLE = (
    "no_rewards", "no_amount", "no_goal", "no_milestones", "not_whole",
)  # fmt: skip


def fault_of(
    goal_minor: int, rewards: Sequence[RewardPlan], milestones: Sequence[MilestonePlan]
) -> str:
    """What is wrong with a project's terms; "" when nothing is."""
    if not 0 < goal_minor <= LARGEST_MINOR:
        return NO_GOAL
    if not 1 <= len(rewards) <= MOST_REWARDS:
        return NO_REWARDS
    for one in rewards:
        quota = 1 if one.quota is None else one.quota
        if not 0 < one.least_minor <= LARGEST_MINOR or not 1 <= quota <= MOST_PIECES:
            return NO_AMOUNT
    if not 1 <= len(milestones) <= MOST_MILESTONES or any(m.share_bp <= 0 for m in milestones):
        return NO_MILESTONES
    if sum(m.share_bp for m in milestones) != WHOLE_BP:
        return NOT_WHOLE
    return ""


def is_open(state: str, *, ends_at: datetime, now: datetime) -> bool:
    """Whether pledges come and go: by the clock, whether the sweep has been there or not."""
    return state == LIVE and now < ends_at


def verdict(*, goal_minor: int, pledged_minor: int) -> str:
    """How a project ends, counted on money really held."""
    return FUNDED if pledged_minor >= goal_minor else FAILED


def parts_of(total_minor: int, shares_bp: Sequence[int]) -> list[int]:
    """What each milestone pays out; adds up to the total."""
    return largest_remainder(total_minor, shares_bp)


def shares_back(left_minor: int, pledged: Sequence[int]) -> list[int]:
    """What each pledge gets of what is left: by its amount, never above it, exact in sum."""
    return largest_remainder(left_minor, pledged) if pledged else []


def objections_hold(*, objecting_minor: int, pledged_minor: int) -> bool:
    """Whether those who object stand for 30 % of the pledged value or more."""
    return objecting_minor * WHOLE_BP >= pledged_minor * OBJECTIONS_HOLD_BP > 0


def percent_of(pledged_minor: int, goal_minor: int) -> int:
    """How far a project is, in whole percent, rounded down: 100 only once it is there."""
    return pledged_minor * 100 // goal_minor if goal_minor else 0
