"""What a shop does with a discount: draft it, change it, make it active, end it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from banyan.catalog.models import Product
from banyan.communities import actions as communities
from banyan.communities.models import Community, Member
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.core.text import lang_of
from banyan.sellers.queries import currency_of
from banyan.tiers import rules as tiers

from .. import queries, rules
from ..events import DiscountBegan, DiscountEnded, TogetherChanged
from ..models import Coupon, Discount, Together
from .coupons import RIGHT
from .saying import say


class BadTerms(Refusal):
    status = 422
    sentence = _("Give either a percentage or an amount, and an end after the beginning.")


class CodeMissing(Refusal):
    status = 422
    sentence = _("A coupon needs a code of 3 to 24 letters and digits.")


class CodeTaken(Refusal):
    status = 409
    sentence = _("Another coupon of this shop has this code.")


class TooManyActive(Refusal):
    status = 409
    sentence = _("Twenty discounts work by themselves already. End one first.")


def _check(terms: dict[str, Any]) -> None:
    percent, amount = terms.get("percent_bp", 0), terms.get("amount_minor", 0)
    if bool(percent) == bool(amount) or not 0 <= percent <= rules.WHOLE_BP or amount < 0:
        raise BadTerms
    ends_at = terms.get("ends_at")
    if ends_at is not None and ends_at <= terms["starts_at"]:
        raise BadTerms
    if terms["kind"] == rules.COUPON and not terms.get("code"):
        raise CodeMissing


def _cleaned(community_id: int, terms: dict[str, Any]) -> dict[str, Any]:
    """The terms as they are kept: a code in big letters, products of this shop only."""
    kind = terms["kind"]
    products: Sequence[int] = terms.get("products", ())
    own = Product.objects.of(community_id).filter(pk__in=list(products)[: rules.MOST_PRODUCTS])
    found = {**terms, "products": sorted(own.values_list("pk", flat=True))}
    tier = found.get("tier")
    if tier is not None and (tier.community_id != community_id or tier.state == tiers.DRAFT):
        raise BadTerms
    if products and not found["products"]:
        raise BadTerms
    found["code"] = rules.code_of(terms.get("code", "")) if kind == rules.COUPON else ""
    found["lang"] = lang_of(terms["name"])
    if kind != rules.COUPON:  # these count coupons, and a buyer's orders
        found |= {"first_only": False, "is_shown": False, "most": None, "most_each": None}
    return found


def _check_may(community_id: int, by: Member) -> None:
    if by.community_id != community_id or not by.may(RIGHT):
        raise NotAllowed


def _look_anew(community_id: int) -> None:
    """Now, and again once others can see it; the shop links its coupons while there are some."""
    shown = Discount.objects.of(community_id).filter(state=rules.ACTIVE, is_shown=True)
    communities.keep_fact(community_id=community_id, key=rules.SHOWS, value=shown.count() or None)
    queries.forget(community_id)
    transaction.on_commit(lambda: queries.forget(community_id))


@transaction.atomic
def draft(*, by: Member, now: datetime, **terms: Any) -> Discount:
    """Write a discount down. It takes nothing off before it is made active."""
    _check_may(by.community_id, by)
    found = _cleaned(by.community_id, terms)
    _check(found)
    currency = currency_of(by.community_id)
    try:
        with transaction.atomic():
            made: Discount = Discount.objects.create(
                community=by.community, currency=currency, made_by=by, made_at=now,
                changed_at=now, **found,
            )  # fmt: skip
    except IntegrityError:
        raise CodeTaken from None
    return made


@transaction.atomic
def change(*, discount: Discount, by: Member, now: datetime, **terms: Any) -> None:
    """Change a draft. What is active stays as it was shown: WrongMoment."""
    _check_may(discount.community_id, by)
    found = _cleaned(discount.community_id, terms)
    _check(found)
    drafts = Discount.objects.filter(pk=discount.pk, state=rules.DRAFT)
    try:
        with transaction.atomic():
            changed = drafts.update(**found, changed_at=now)
    except IntegrityError:
        raise CodeTaken from None
    if not changed:
        raise WrongMoment
    for name, value in found.items():
        setattr(discount, name, value)


@transaction.atomic
def discard(*, discount: Discount, by: Member) -> None:
    """Forget a draft."""
    _check_may(discount.community_id, by)
    if not Discount.objects.filter(pk=discount.pk, state=rules.DRAFT).delete()[0]:
        raise WrongMoment


@transaction.atomic
def activate(*, discount: Discount, by: Member, now: datetime) -> None:
    """From its beginning on it takes something off. Its terms do not change any more."""
    _check_may(discount.community_id, by)
    if discount.ends_at is not None and discount.ends_at <= now:
        raise BadTerms
    if discount.kind in rules.BY_ITSELF:
        others = Discount.objects.of(discount.community_id).filter(
            state=rules.ACTIVE, kind__in=rules.BY_ITSELF
        )
        if others.count() >= rules.MOST_ACTIVE:
            raise TooManyActive
    discount.move(rules.ACTIVE, only_from=(rules.DRAFT,), active_at=now)
    say(DiscountBegan, discount, by=by, now=now)
    _look_anew(discount.community_id)


@transaction.atomic
def end(*, discount: Discount, by: Member, now: datetime) -> None:
    """End it now. Unused coupons are over; orders that were placed with it keep their price."""
    _check_may(discount.community_id, by)
    _end(discount, now)
    say(DiscountEnded, discount, by=by, now=now)


def _end(discount: Discount, now: datetime) -> None:
    discount.move(rules.ENDED, only_from=(rules.ACTIVE,), ended_at=now)
    Coupon.objects.filter(discount=discount, state=rules.CLAIMED).update(
        state=rules.EXPIRED, ended_at=now
    )
    _look_anew(discount.community_id)


def keep_time(*, now: datetime) -> int:
    """Discounts whose end has come are over, with their unused coupons. Safe to run twice."""
    done = 0
    for discount in Discount.objects.filter(state=rules.ACTIVE, ends_at__lte=now).order_by("pk"):
        try:
            with transaction.atomic():
                _end(discount, now)
                say(DiscountEnded, discount, now=now)
        except WrongMoment:  # somebody was faster
            continue
        done += 1
    return done


@transaction.atomic
def choose_together(
    *, community: Community, by: Member, now: datetime, pairs: Sequence[rules.Pair]
) -> None:
    """Which kinds stand together on one order from now on. The same again changes nothing."""
    _check_may(community.pk, by)
    named = ["+".join(pair) for pair in rules.PAIRS if pair in pairs]
    kept, is_new = Together.objects.get_or_create(
        community=community, defaults={"pairs": named, "changed_at": now}
    )
    if not is_new and kept.pairs == named:
        return
    Together.objects.filter(pk=kept.pk).update(pairs=named, changed_at=now)
    announce(
        TogetherChanged(
            community_id=community.pk, object_id=community.pk, actor=by.person.pseudonym,
            pairs=named, now=now,
        )
    )  # fmt: skip
    _look_anew(community.pk)
