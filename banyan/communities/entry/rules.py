"""Ways in: sources, automatic rules and their verdict, invitations, the clock. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ANSWER_HOURS = 72
ANSWER_HOURS_MOST = 24 * 14
MOST_QUESTIONS = 3
LONGEST_ANSWER = 300
PROBATION_DAYS_MOST = 180

# How somebody came
WALKED, ASKED, BY_INVITATION, REFERRED, PURCHASED = (
    "walked", "asked", "invitation", "referred", "purchased",
)  # fmt: skip
SOURCES = [
    (WALKED, _("Came by themselves")),
    (ASKED, _("Asked and was let in")),
    (BY_INVITATION, _("Invited by those who run it")),
    (REFERRED, _("Invited by a member")),
    (PURCHASED, _("Bought their way in")),
]

# Invitations
STANDING, SPENT, OVER, REVOKED = "standing", "spent", "over", "revoked"
INVITATION_MOVES = {STANDING: (SPENT, OVER, REVOKED)}
INVITATION_STATES = [
    (STANDING, pgettext_lazy("invitation", "Open")),
    (SPENT, pgettext_lazy("invitation", "Used up")),
    (OVER, pgettext_lazy("invitation", "Over")),
    (REVOKED, pgettext_lazy("invitation", "Revoked")),
]
INVITATION_DAYS = 14
INVITATION_DAYS_MOST = 90
INVITATION_USES_MOST = 500
MEMBER_USES_MOST = 20
MAILED_A_DAY = 50  # invitations by e-mail, a community

# Steps
STEPS = [
    ("invited", _("Invited")),
    ("asked", _("Asked to join")),
    ("held", _("Handed to a person")),
    ("waiting", _("Put on the waiting list")),
    ("admitted", _("Let in")),
    ("refused", _("Not admitted")),
    ("appealed", _("Asked to look again")),
    ("withdrawn", _("Taken back")),
    ("settled", _("First days are over")),
]

# Automatic rules: what is looked at, and what it may do
VERIFIED, ADULT, INTEREST, REFERRAL = "verified", "adult", "interest", "referral"
NEEDED, ENOUGH = "needed", "enough"
RULES = [
    (VERIFIED, _("Their e-mail address is verified")),
    (ADULT, _("They say they are 18 or older")),
    (INTEREST, _("They share an interest with this place")),
    (REFERRAL, _("A member invited them")),
]
EFFECTS = [
    ("", _("Not looked at")),
    (NEEDED, _("Needed: without it a person decides")),
    (ENOUGH, _("Enough: lets in at once")),
]

# Why, in words for whom it is about. A rule has two: it holds (+) or it does not (-).
REASONS = {
    "verified+": _("Your e-mail address is verified."),
    "verified-": _("Your e-mail address is not verified yet."),
    "adult+": _("You say you are 18 or older."),
    "adult-": _("Your profile does not say that you are 18 or older."),
    "interest+": _("You share an interest with this place."),
    "interest-": _("Your profile names no interest that this place has."),
    "referral+": _("A member invited you."),
    "referral-": _("No member invited you."),
    "person": _("Here a person reads every application."),
    "open": _("This place is open to all."),
    "pass": _("Those who run this place invited you."),
    "bought": _("You bought your way in."),
    "full": _("Every place is taken. You move up by yourself."),
    "free": _("A place became free."),
    "another": _("Somebody else than the first looked at it."),
    "relented": _("Those who run this place thought again."),
}

ADMIT, HOLD = "admit", "hold"


@dataclass(frozen=True)
class Verdict:
    what: str
    reasons: tuple[str, ...]


def verdict(*, by_itself: bool, automatic: Mapping[str, str], facts: Mapping[str, bool]) -> Verdict:
    """Admit or hand to a person, with the reasons.

    `by_itself`: the place is open, so that nothing but a needed rule holds anybody. A rule that is
    needed and fails always holds; one that is enough and true admits where a person would decide.
    Nobody is refused by a rule.
    """
    missing = [
        f"{name}-" for name, _label in RULES
        if automatic.get(name) == NEEDED and not facts.get(name, False)
    ]  # fmt: skip
    if missing:
        return Verdict(HOLD, tuple(missing))
    enough = [
        f"{name}+" for name, _label in RULES
        if automatic.get(name) == ENOUGH and facts.get(name, False)
    ]  # fmt: skip
    if by_itself:
        return Verdict(ADMIT, tuple(enough) or ("open",))
    return Verdict(ADMIT, tuple(enough)) if enough else Verdict(HOLD, ("person",))
