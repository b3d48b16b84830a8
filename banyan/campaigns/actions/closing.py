"""How a team ends. Closing fixes the verdict and the price; then each seat is settled by itself.

Closing takes the team and no order; settling takes one order at a time and then its team, as
everybody else does. Both may be stopped half way and run again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from banyan.communities.models import Member
from banyan.core.refusals import WrongMoment
from banyan.orders import rules as orders
from banyan.orders.actions import fulfilling, refunding
from banyan.orders.models import Order

from .. import rules
from ..events import SeatSettled, TeamClosed
from ..models import Seat, Team
from .saying import say_of_team

BATCH = 500


@transaction.atomic
def close(
    *, team: Team, now: datetime, by_seller: Member | None = None, is_stopped: bool = False
) -> bool:
    """Nobody comes or goes any more; the step reached by who has paid is everybody's price.

    False when it was closed before, or when a seller would complete an empty team. Whoever has
    not paid by now is not in.
    """
    from .. import tasks  # late: tasks call these verbs

    team.take()  # ours until the transaction ends: its counts stand still
    if team.state != rules.OPEN or (by_seller is not None and not team.paid):
        return False
    plan = team.campaign.plan
    verdict = rules.verdict(plan, team.paid, by_seller=by_seller is not None, is_stopped=is_stopped)
    team.move(
        rules.CLOSED,
        verdict=verdict,
        final_count=team.paid,
        final_minor=rules.final_price(plan, team.paid) if verdict in rules.GOOD_ENDS else None,
        closed_at=min(now, team.closes_at),
    )
    say_of_team(TeamClosed, team, by=by_seller, verdict=verdict, paid=team.paid, now=now)
    tasks.settle_team.later(key=str(team.pk), team_id=team.pk)
    return True


def close_due(*, now: datetime) -> int:
    """Close every team whose deadline is here. Safe to run twice."""
    due = Team.objects.filter(state=rules.OPEN, closes_at__lte=now).select_related("campaign")
    return sum(close(team=team, now=now) for team in due.order_by("closes_at", "pk")[:BATCH])


def settle_closed(*, now: datetime) -> int:
    """Settle what is left of every closed team: whatever its own job did not get to."""
    left = Team.objects.filter(state=rules.CLOSED).order_by("closed_at", "pk")
    return sum(settle(team_id=pk, now=now) for pk in left.values_list("pk", flat=True)[:BATCH])


def settle(*, team_id: int, now: datetime) -> bool:
    """Bring every seat of a closed team to where it belongs, each in its own transaction.

    Safe to run again: what somebody moved a moment ago is left to the next run. True when the
    team has reached its end.
    """
    team = Team.objects.select_related("campaign__product").get(pk=team_id)
    if team.state != rules.CLOSED:
        return False
    waiting = Seat.objects.filter(team=team, state__in=[rules.RESERVED, rules.PAID])
    for pk, order_id in waiting.order_by("pk").values_list("pk", "order_id"):
        with suppress(WrongMoment):
            _settle_seat(team, pk, order_id, now)
    if waiting.exists():
        return False
    with suppress(WrongMoment):
        team.move(team.verdict, settled_at=now)
        return True
    return False


@transaction.atomic
def _settle_seat(team: Team, seat_id: int, order_id: int, now: datetime) -> None:
    order = Order.objects.whole_by_id(order_id)
    if order is None:
        raise WrongMoment
    order.take()  # the order first, then its seat
    seat = Seat.objects.select_related("member__person").get(pk=seat_id)
    if seat.state == rules.RESERVED:
        _call_off(order, now)
    elif seat.state == rules.PAID and team.verdict in rules.GOOD_ENDS:
        _confirm(team, seat, order, now)
    elif seat.state == rules.PAID:
        back = order.left.minor
        refunding.cancel(order=order, by=None, now=now, reason=_why(order, failed=True))
        _said(team, seat, now, back)


def _call_off(order: Order, now: datetime) -> None:
    """Not paid when the team closed. Who pays it after all gets the money back by itself."""
    if order.state != orders.PLACED:
        raise WrongMoment
    refunding.cancel(order=order, by=None, now=now, reason=_why(order, failed=False))


def _confirm(team: Team, seat: Seat, order: Order, now: datetime) -> None:
    """The difference to the final price goes back, and the order may be packed."""
    final = team.final_minor
    if final is None:
        raise WrongMoment
    line = order.rows[0]
    back = line.total_minor - line.lowered_minor - final
    refunding.lower(
        order=order, line_id=line.pk, to_minor=final, now=now,
        reason=_in(order, _lower), lang=order.lang,
    )  # fmt: skip
    fulfilling.go_ahead(order=order)
    seat.move(rules.CONFIRMED, only_from=(rules.PAID,), ended_at=now, back_minor=back)
    _said(team, seat, now, back)


def _said(team: Team, seat: Seat, now: datetime, back: int) -> None:
    say_of_team(
        SeatSettled, team, about=seat.member, seat_id=seat.pk, verdict=team.verdict,
        amount_minor=back, currency=team.campaign.currency, now=now,
    )  # fmt: skip


def _lower() -> str:
    return _("Your group reached a lower price.")


def _why(order: Order, *, failed: bool) -> str:
    return _in(order, _short if failed else _unpaid)


def _short() -> str:
    return _("Your group did not come about.")


def _unpaid() -> str:
    return _("The group closed before it was paid.")


def _in(order: Order, words: Callable[[], str]) -> str:
    """What the buyer reads is in the buyer's language."""
    with translation.override(order.lang):
        return words()
