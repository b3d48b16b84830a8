"""Being told once when something is to be had again."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from banyan.catalog import rules as catalog
from banyan.catalog.models import Variant
from banyan.core.events import announce
from banyan.core.refusals import Refusal, WrongMoment
from banyan.people.models import Person

from .. import rules
from ..events import BackInStock
from ..models import Wait

BATCH = 200
UNCOUNTED_BATCH = 500


class StillThere(Refusal):
    status = 409
    sentence = _("It is in stock: you can have it now.")


class TooManyWaits(Refusal):
    sentence = _("You wait for 300 things here already. Stop waiting for some first.")


@transaction.atomic
def ask(*, variant: Variant, person: Person, now: datetime) -> Wait:
    """Stand at the end of the queue for a sold-out variant. Twice changes nothing.

    StillThere while it can be bought, WrongMoment for what is not sold any more.
    """
    if variant.retired_at is not None or not variant.product.is_published:
        raise WrongMoment
    if variant.is_in_stock:
        raise StillThere
    mine = Wait.objects.filter(variant=variant, person=person).first()
    if mine is not None and mine.state == rules.WAITING:
        return mine
    waits = Wait.objects.filter(community=variant.community_id, person=person, state=rules.WAITING)
    if waits.count() >= rules.MOST_WISHES:
        raise TooManyWaits
    if mine is not None:
        mine.move(rules.WAITING, asked_at=now, changed_at=now, told_at=None)
        return mine
    try:
        with transaction.atomic():
            made: Wait = Wait.objects.create(
                community_id=variant.community_id, variant=variant, person=person, asked_at=now,
                changed_at=now,
            )  # fmt: skip
            return made
    except IntegrityError:  # the same press in another tab
        return Wait.objects.get(variant=variant, person=person)


@transaction.atomic
def withdraw(*, variant: Variant, person: Person, now: datetime) -> None:
    """They no longer want to be told. Twice, or without having asked, changes nothing."""
    mine = Wait.objects.filter(variant=variant, person=person, state=rules.WAITING).first()
    if mine is not None:
        with suppress(WrongMoment):  # told at this very moment: it is over as well
            mine.move(rules.WITHDRAWN, changed_at=now)


def tell_next(*, now: datetime) -> int:
    """Promise a word to whoever is next, for everything that is to be had again.

    The rule: who asked first is told first, and no more people at a time than there are pieces.
    Each who was told has a day (HEAD_START) in which one piece is counted for them; nothing is put
    aside, so others may buy it. After that day, or once they have bought, the next are told as
    long as pieces remain. May run twice, and beside itself: the variant's row is taken first.
    """
    end_what_is_gone(now=now)
    told = (
        Wait.objects.filter(
            variant=OuterRef("pk"), state=rules.TOLD, told_at__gt=now - rules.HEAD_START
        )
        .order_by()
        .values("variant")
        .annotate(number=Count("pk"))
        .values("number")
    )
    back = (
        Variant.objects.filter(
            retired_at=None, product__state=catalog.PUBLISHED,
            product__community__closed_at=None,
            pk__in=Wait.objects.filter(state=rules.WAITING).values("variant"),
        )
        .annotate(told=Coalesce(Subquery(told), 0))
        .filter(Q(is_tracked=False) | Q(on_hand__gt=F("reserved") + F("told")))
    )  # fmt: skip
    return sum(_tell(pk, now=now) for pk in list(back.values_list("pk", flat=True)[:BATCH]))


@transaction.atomic
def _tell(variant_id: int, *, now: datetime) -> int:
    variant = Variant.objects.select_for_update(no_key=True).get(pk=variant_id)
    lately = Wait.objects.filter(
        variant=variant, state=rules.TOLD, told_at__gt=now - rules.HEAD_START
    ).count()
    room = rules.room(variant.left, lately)
    waiting = Wait.objects.filter(variant=variant, state=rules.WAITING).order_by("asked_at", "pk")
    number = 0
    for wait in waiting[: UNCOUNTED_BATCH if room is None else room]:
        with suppress(WrongMoment):  # they have just withdrawn
            wait.move(rules.TOLD, told_at=now, changed_at=now)
            announce(
                BackInStock(
                    community_id=wait.community_id, object_id=wait.pk,
                    product_id=variant.product_id, now=now,
                )
            )  # fmt: skip
            number += 1
    return number


def end_what_is_gone(*, now: datetime) -> int:
    """Nobody waits for what will not come back: archived products, retired variants."""
    gone = Variant.objects.filter(~Q(retired_at=None) | Q(product__state=catalog.ARCHIVED))
    waits = Wait.objects.filter(state=rules.WAITING, variant__in=gone.values("pk"))
    return int(waits.update(state=rules.GONE, changed_at=now))
