"""What a shop does with a campaign: draft it, change it, put it up, take it back, stop it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from banyan.catalog.models import Product, Variant
from banyan.communities.models import Member
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment

from .. import queries, rules
from ..events import (
    CampaignBegan,
    CampaignEnded,
    CampaignScheduled,
    CampaignStopped,
    CampaignWithdrawn,
)
from ..models import Campaign, Team
from . import closing
from .saying import say

RIGHT = "campaigns.run"


class BadPlan(Refusal):
    status = 422

    def __init__(self, fault: str) -> None:
        self.fault = fault
        super().__init__(FAULTS[fault])


class BadTimes(Refusal):
    status = 422
    sentence = _("It has to end after it begins, and in the future.")


class NotCheaper(Refusal):
    status = 422
    sentence = _("The first price has to be lower than buying alone.")


class SaleNotCheaper(NotCheaper):
    sentence = _("The price has to be lower than the one in the shop.")


class NotInTheShop(Refusal):
    status = 409
    sentence = _("The product is not in the shop. Publish it first.")


class OneAtATime(Refusal):
    status = 409
    sentence = _("Another campaign of this product is running or begins soon.")


FAULTS = {
    rules.NO_STEPS: _("Give one to five price steps."),
    rules.TOO_FEW: _("The first step needs at least 2 people."),
    rules.NO_PRICE: _("Every step needs a price above zero."),
    rules.NOT_RISING: _("Each step needs more people than the one before."),
    rules.NOT_FALLING: _("Each step needs a lower price than the one before."),
    rules.BAD_PIECES: _("Give how many pieces there are, and how many one person may have."),
    rules.TOO_MANY_SEATS: _("A team needs room for its last step, and holds at most 100."),
}


def _check_may(campaign_or_product: Campaign | Product, by: Member) -> None:
    if by.community_id != campaign_or_product.community_id or not by.may(RIGHT):
        raise NotAllowed


def _check(
    kind: str, steps: Sequence[rules.Step], size: int, most_each: int, starts_at: datetime,
    ends_at: datetime,
) -> None:  # fmt: skip
    if kind == rules.FLASH_SALE:
        fault = rules.fault_of_sale(steps, size, most_each)
    else:
        fault = rules.fault_of(steps, size)
    if fault:
        raise BadPlan(fault)
    if ends_at <= starts_at:
        raise BadTimes


@transaction.atomic
def draft(
    *,
    product: Product,
    by: Member,
    now: datetime,
    steps: Sequence[rules.Step],
    size: int,
    hours: int = 0,
    starts_at: datetime,
    ends_at: datetime,
    variant: Variant | None = None,
    most_each: int = 1,
    kind: str = rules.GROUP_BUY,
) -> Campaign:
    """Write a campaign down. Nobody sees it until it is put up.

    A flash sale has one step, `size` pieces of it, and `most_each` of them for one member.
    """
    _check_may(product, by)
    _check(kind, steps, size, most_each, starts_at, ends_at)
    if variant is not None and variant.product_id != product.pk:
        raise NotAllowed
    made: Campaign = Campaign.objects.create(
        community=by.community, kind=kind, product=product, variant=variant,
        currency=product.currency, steps=[list(step) for step in steps], size=size, hours=hours,
        most_each=most_each,
        starts_at=starts_at, ends_at=ends_at, made_by=by, made_at=now, changed_at=now,
        lang=by.community.lang,
    )  # fmt: skip
    return made


@transaction.atomic
def change(
    *,
    campaign: Campaign,
    by: Member,
    now: datetime,
    steps: Sequence[rules.Step],
    size: int,
    hours: int = 0,
    starts_at: datetime,
    ends_at: datetime,
    variant: Variant | None = None,
    most_each: int = 1,
) -> None:
    """Change a draft. What is up stays as it was shown: WrongMoment."""
    _check_may(campaign, by)
    _check(campaign.kind, steps, size, most_each, starts_at, ends_at)
    if variant is not None and variant.product_id != campaign.product_id:
        raise NotAllowed
    given = {
        "steps": [list(step) for step in steps], "size": size, "hours": hours,
        "most_each": most_each, "starts_at": starts_at, "ends_at": ends_at, "variant": variant,
        "changed_at": now,
    }  # fmt: skip
    if not Campaign.objects.filter(pk=campaign.pk, state=rules.DRAFT).update(**given):
        raise WrongMoment
    for name, value in given.items():
        setattr(campaign, name, value)


@transaction.atomic
def discard(*, campaign: Campaign, by: Member) -> None:
    """Forget a draft."""
    _check_may(campaign, by)
    if not Campaign.objects.filter(pk=campaign.pk, state=rules.DRAFT).delete()[0]:
        raise WrongMoment


@transaction.atomic
def put_up(*, campaign: Campaign, by: Member, now: datetime) -> str:
    """Members see it: at once, or from its beginning on. Its terms do not change any more."""
    _check_may(campaign, by)
    if campaign.ends_at <= now:
        raise BadTimes
    product = Product.objects.select_for_update(no_key=True).get(pk=campaign.product_id)
    if not product.is_published:
        raise NotInTheShop
    prices = Variant.objects.for_sale().filter(product=product)
    if campaign.variant_id:
        prices = prices.filter(pk=campaign.variant_id)
    alone = min(prices.values_list("price_minor", flat=True), default=None)
    if alone is None:
        raise NotInTheShop
    if rules.first_price(campaign.plan) >= alone:
        raise SaleNotCheaper if campaign.is_flash else NotCheaper
    begins = campaign.starts_at <= now
    try:
        with transaction.atomic():
            if begins:
                campaign.move(rules.LIVE, only_from=(rules.DRAFT,), live_at=now)
            else:
                campaign.move(rules.SCHEDULED, only_from=(rules.DRAFT,))
    except IntegrityError:
        raise OneAtATime from None
    say(CampaignBegan if begins else CampaignScheduled, campaign, by=by, now=now)
    queries.forget(campaign.community_id)
    return campaign.state


@transaction.atomic
def withdraw(*, campaign: Campaign, by: Member, now: datetime) -> None:
    """Undo: a campaign that has not begun is a draft again."""
    _check_may(campaign, by)
    if campaign.starts_at <= now:
        raise WrongMoment
    campaign.move(rules.DRAFT, only_from=(rules.SCHEDULED,))
    say(CampaignWithdrawn, campaign, by=by, now=now)
    queries.forget(campaign.community_id)


@transaction.atomic
def stop(*, campaign: Campaign, by: Member, now: datetime, reason: str = "") -> int:
    """End it now: every open team closes and everybody in it gets their money back.

    Teams that have closed keep what they reached, buyers of a flash sale what they ordered.
    Gives the number of teams closed.
    """
    _check_may(campaign, by)
    campaign.move(rules.STOPPED, only_from=rules.RUNS, ended_at=now, reason=reason[:200])
    closed = 0
    for team in Team.objects.filter(campaign=campaign, state=rules.OPEN).order_by("pk"):
        team.campaign = campaign
        closed += closing.close(team=team, now=now, is_stopped=True)
    say(CampaignStopped, campaign, by=by, now=now)
    queries.forget(campaign.community_id)
    return closed


@transaction.atomic
def complete(*, team: Team, by: Member, now: datetime) -> None:
    """The shop completes a team that is still short. Shown as such; nobody is made up.

    WrongMoment when it has closed, or when nobody in it has paid.
    """
    _check_may(team.campaign, by)
    if not team.is_open(now):
        raise WrongMoment
    if not closing.close(team=team, now=now, by_seller=by):
        raise WrongMoment


def keep_time(*, now: datetime) -> int:
    """Campaigns begin and end by themselves. Safe to run twice."""
    done = 0
    running = Campaign.objects.filter(state__in=rules.RUNS)
    for campaign in running.filter(state=rules.SCHEDULED, starts_at__lte=now).order_by("pk"):
        done += _by_itself(campaign, rules.LIVE, now)
    over = running.filter(state=rules.LIVE, ends_at__lte=now)
    for campaign in over.exclude(teams__state__in=[rules.OPEN, rules.CLOSED]).order_by("pk"):
        done += _by_itself(campaign, rules.ENDED, now)
    return done


def _by_itself(campaign: Campaign, to: str, now: datetime) -> int:
    try:
        with transaction.atomic():
            if to == rules.LIVE:
                campaign.move(to, live_at=now)
                say(CampaignBegan, campaign, now=now)
            else:
                campaign.move(to, ended_at=now)
                say(CampaignEnded, campaign, now=now)
            queries.forget(campaign.community_id)
    except WrongMoment:  # somebody was faster
        return 0
    return 1
