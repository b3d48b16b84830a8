"""Pledges: begun with their reward kept, paid at once and held, taken back until the deadline.

Rows are taken in this order: project, reward, pledge, payment, ledger account. Every verb begins
with the project, so its counters, its state and its pledges move together.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Member
from banyan.communities.places import full_url
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.ledger import actions as ledger
from banyan.ledger import rules as books
from banyan.ledger.rules import Leg
from banyan.orders.actions.placing import Address
from banyan.payments import actions as payments
from banyan.payments.models import Payment
from banyan.sellers.models import Book

from .. import rules
from ..events import PledgeGoesBack, PledgePaid
from ..models import Pledge, Project, Reward
from . import planning
from .saying import say_of_pledge

SOURCE = "pledge"
TAKEN_BACK, BY_SHOP, LATE = "taken_back", "shop", "late"


class MembersOnly(NotAllowed):
    sentence = _("Pledges are for members. Join the community first.")


class ShopsDoNotPledge(NotAllowed):
    sentence = _("Whoever runs the shop does not pledge for its projects.")


class ProjectIsOver(WrongMoment):
    sentence = _("This project takes no pledges any more.")


class PledgedAlready(Refusal):
    status = 409
    sentence = _("You have pledged for this project. Take that back first to choose anew.")


class RewardIsGone(Refusal):
    status = 409
    sentence = _("Somebody was faster: nothing is left of this reward. Choose another one.")


class TooLittle(Refusal):
    sentence = _("That is less than this reward asks for.")


class AddressMissing(Refusal):
    sentence = _("This reward comes by post: say where to.")


class TooLateToTakeBack(WrongMoment):
    sentence = _("The deadline has passed, so pledges stand now. Write to the shop.")


@dataclass(frozen=True)
class Begun:
    pledge: Pledge
    payment: Payment


def runs_the_shop(member: Member) -> bool:
    return any(member.may(right) for right in (planning.RIGHT, "orders.see", "catalog.edit"))


@transaction.atomic
def begin(
    *,
    project: Project,
    reward: Reward,
    member: Member,
    amount_minor: int,
    address: Address | None,
    key: str,
    lang: str,
    now: datetime,
) -> Begun:
    """Keep the reward for a quarter of an hour, and write down the attempt to pay.

    MembersOnly, ShopsDoNotPledge, ProjectIsOver, PledgedAlready, RewardIsGone, TooLittle,
    AddressMissing.
    """
    if member.community_id != project.community_id or not member.is_in:
        raise MembersOnly
    if runs_the_shop(member):
        raise ShopsDoNotPledge
    project.take()
    if not project.is_open(now) or reward.project_id != project.pk:
        raise ProjectIsOver
    if not reward.least_minor <= amount_minor <= rules.LARGEST_MINOR:
        raise TooLittle
    if reward.needs_address and (address is None or not address.line1):
        raise AddressMissing
    held = Pledge.objects.filter(project=project, member=member, state__in=rules.HELD)
    if held.exists():
        raise PledgedAlready
    _keep(reward)
    where = asdict(address) if address and reward.needs_address else {}
    pledge: Pledge = Pledge.objects.create(
        community_id=project.community_id, project=project, reward=reward, member=member,
        amount_minor=amount_minor, lang=lang, reserved_at=now,
        reserved_until=min(now + rules.RESERVED_FOR, project.ends_at), **where,
    )  # fmt: skip
    return Begun(pledge, _attempt(pledge, key=key, now=now, first=True))


def _attempt(pledge: Pledge, *, key: str, now: datetime, first: bool = False) -> Payment:
    project = pledge.project
    return payments.begin(
        book=project.book, source_kind=SOURCE, source_id=pledge.pk, source_oid=pledge.oid,
        amount=pledge.amount, description=project.title[:120],
        return_url=full_url(project.community, "project", id=project.public_id),
        payer=pledge.member.person.pseudonym, key=f"pledge:{pledge.oid}:{key}",
        expires_at=pledge.reserved_until, first=first, now=now,
    )  # fmt: skip


def _keep(reward: Reward) -> None:
    """One more of a reward is somebody's, while there are any."""
    rows = Reward.objects.filter(pk=reward.pk)
    left = rows.filter(quota=None) | rows.filter(quota__gt=F("taken"))
    if not left.update(taken=F("taken") + 1):
        raise RewardIsGone


def _free(pledge: Pledge) -> None:
    Reward.objects.filter(pk=pledge.reward_id).update(taken=F("taken") - 1)


@transaction.atomic
def pay_again(*, pledge: Pledge, key: str, now: datetime) -> Payment:
    """The attempt to send the backer to: the one still open, or a new one."""
    pledge.project.take()
    pledge.refresh_from_db(fields=["state"])
    if pledge.state != rules.RESERVED or now >= pledge.reserved_until:
        raise WrongMoment
    tried = attempts(pledge).first()
    if tried is not None and tried.is_open:
        found: Payment = tried
        return found
    return _attempt(pledge, key=key, now=now)


def attempts(pledge: Pledge):
    """Every payment that was tried for the pledge, newest first."""
    return Payment.objects.filter(source_kind=SOURCE, source_id=pledge.pk).order_by("-pk")


def lock(pledge_id: int) -> None:
    """For payments: the project is locked before a pledge, and both before its payment."""
    project_id = Pledge.objects.values_list("project_id", flat=True).get(pk=pledge_id)
    Project.objects.filter(pk=project_id).update(state=F("state"))


def page_of(payment: Payment) -> str:
    return payment.return_url or "/"


def _whole(pledge_id: int) -> Pledge | None:
    found: Pledge | None = (
        Pledge.objects.select_related(
            "project__community", "project__book", "reward", "member__person", "payment"
        )
        .filter(pk=pledge_id)
        .first()
    )
    return found


def take_captured(
    *, pledge_id: int, payment_id: int, provider: str, amount_minor: int, now: datetime
) -> None:
    """The money for a pledge is here. Never refuses: it is counted, or it goes back by itself.

    Runs in the transaction of the capture, which has locked the project before. It counts while
    the project is live, also a moment after the deadline; nobody has counted it yet then.
    """
    pledge = _whole(pledge_id)
    if pledge is None or pledge.payment_id is not None:  # heard before
        return
    may_count = pledge.project.state == rules.LIVE and amount_minor == pledge.amount_minor
    if may_count and (pledge.state == rules.RESERVED or _kept_again(pledge)):
        _become_paid(pledge, payment_id=payment_id, provider=provider, now=now)
    else:
        _give_back_late(pledge, payment_id=payment_id, now=now)


def _kept_again(pledge: Pledge) -> bool:
    """Paid after its time: it counts while the reward is left and nothing else is pledged."""
    if pledge.state != rules.RELEASED or pledge.is_late:
        return False
    others = Pledge.objects.filter(
        project_id=pledge.project_id, member_id=pledge.member_id, state__in=rules.HELD
    )
    if others.exists():
        return False
    try:
        _keep(pledge.reward)
    except RewardIsGone:
        return False
    return True


def _become_paid(pledge: Pledge, *, payment_id: int, provider: str, now: datetime) -> None:
    """The money stands in campaign.<project>, and the project counts it."""
    project, whose = pledge.project, pledge.member.person.pseudonym
    pledge.move(rules.CAPTURED, paid_at=now, ended_at=None, payment_id=payment_id)
    Project.objects.filter(pk=project.pk).update(
        pledged_minor=F("pledged_minor") + pledge.amount_minor,
        held_minor=F("held_minor") + pledge.amount_minor,
        backers=F("backers") + 1,
    )
    Book.objects.filter(pk=project.book_id, first_order_at=None).update(first_order_at=now)
    ledger.post(
        book=project.book, key=f"pledge:{pledge.oid}:paid", kind=books.PLEDGE_PAID,
        legs=[
            Leg(f"psp.{provider}", pledge.amount_minor, order=pledge.oid),
            Leg(project.account, -pledge.amount_minor, order=pledge.oid, member=whose),
        ],
        now=now,
    )  # fmt: skip
    say_of_pledge(PledgePaid, pledge, by=pledge.member, now=now)


def _give_back_late(pledge: Pledge, *, payment_id: int, now: datetime) -> None:
    if pledge.state == rules.RESERVED:
        _free(pledge)
    payment = Payment.objects.select_related("book").get(pk=payment_id)
    pledge.move(
        rules.REFUNDING, only_from=(rules.RESERVED, rules.RELEASED), is_late=True, ended_at=now,
        payment=payment, back_minor=min(payment.amount_minor, pledge.amount_minor),
    )  # fmt: skip
    payments.give_back(payment=payment, now=now)
    say_of_pledge(PledgeGoesBack, pledge, why=LATE, now=now)


@transaction.atomic
def release(*, pledge: Pledge, now: datetime) -> None:
    """Not paid in time: the reward is free again. WrongMoment when it was paid."""
    pledge.project.take()
    if now < pledge.reserved_until:
        raise WrongMoment
    let_go(pledge, now=now)


def let_go(pledge: Pledge, *, now: datetime, for_good: bool = False) -> None:
    """With the project taken: an unpaid pledge is over, and its attempts are closed.

    `for_good`: money that comes nevertheless is not counted.
    """
    pledge.move(rules.RELEASED, only_from=(rules.RESERVED,), ended_at=now, is_late=for_good)
    _free(pledge)
    payments.ask_void(source_kind=SOURCE, source_id=pledge.pk, now=now)


@transaction.atomic
def take_back(*, pledge: Pledge, by: Member, now: datetime) -> None:
    """The backer changes their mind: free until the deadline. TooLateToTakeBack after it."""
    if pledge.member_id != by.pk:
        raise NotAllowed
    _take_with_project(pledge)
    if not pledge.project.is_open(now):
        raise TooLateToTakeBack
    if pledge.state == rules.RESERVED:
        let_go(pledge, now=now, for_good=True)
    else:
        pay_back(pledge, minor=pledge.amount_minor, why=TAKEN_BACK, by=by, now=now)


@transaction.atomic
def hand_back(*, pledge: Pledge, by: Member, now: datetime) -> None:
    """The shop pays one backer back, before the project is counted for the last time."""
    planning.check_may(pledge.project, by)
    _take_with_project(pledge)
    if pledge.project.state not in (rules.LIVE, rules.FUNDED, rules.COLLECTING):
        raise WrongMoment
    pay_back(pledge, minor=pledge.amount_minor, why=BY_SHOP, by=by, now=now)


def _take_with_project(pledge: Pledge) -> None:
    member, reward = pledge.member, pledge.reward
    community, book = pledge.project.community, pledge.project.book
    pledge.project.take()
    project = pledge.project
    pledge.take()
    pledge.project, pledge.member, pledge.reward = project, member, reward
    project.community, project.book = community, book


def pay_back(
    pledge: Pledge, *, minor: int, why: str, now: datetime, by: Member | None = None
) -> None:
    """With the project taken: so much of a paid pledge goes back, once, and it counts no more."""
    project, whose = pledge.project, pledge.member.person.pseudonym
    pledge.move(rules.REFUNDING, only_from=rules.PAID, back_minor=minor, ended_at=now)
    _free(pledge)
    Project.objects.filter(pk=project.pk).update(
        pledged_minor=F("pledged_minor") - pledge.amount_minor,
        held_minor=F("held_minor") - minor,
        backers=F("backers") - 1,
    )
    say_of_pledge(PledgeGoesBack, pledge, why=why, by=by, amount_minor=minor, now=now)
    if not minor:  # everything was paid out before
        pledge.move(rules.REFUNDED)
        return
    payment = Payment.objects.get(pk=pledge.payment_id)
    payments.ask_refund(
        payment=payment, amount=project.money(minor), ref=pledge.oid, key=f"pledge:{pledge.oid}",
        now=now,
    )  # fmt: skip
    ledger.post(
        book=project.book, key=f"pledge:{pledge.oid}:back", kind=books.REFUND_AGREED,
        legs=[
            Leg(project.account, minor, order=pledge.oid, member=whose),
            Leg(f"refund_clearing.{pledge.oid}", -minor, order=pledge.oid, member=whose),
        ],
        now=now, actor=by.person.pseudonym if by else None,
    )  # fmt: skip


def paid_back(*, pledge_id: int, ref: str, now: datetime) -> None:
    """The provider has carried the refund out. Another attempt's money that came twice does not
    settle the pledge."""
    pledge = _whole(pledge_id)
    if pledge is None or pledge.state != rules.REFUNDING:
        return
    own = pledge.payment.oid if pledge.is_late and pledge.payment else pledge.oid
    if ref == own:
        pledge.move(rules.REFUNDED)


def release_due(*, now: datetime, limit: int = 500) -> int:
    """Unpaid pledges whose time is over. Safe to run twice."""
    due = Pledge.objects.filter(state=rules.RESERVED, reserved_until__lte=now)
    done = 0
    for pledge in due.select_related("project").order_by("reserved_until", "pk")[:limit]:
        try:
            release(pledge=pledge, now=now)
            done += 1
        except WrongMoment:  # paid a moment ago
            continue
    return done
