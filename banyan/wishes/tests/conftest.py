"""Things to wish for, and who wishes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from banyan.catalog.models import Product, Variant
from banyan.core import jobs
from banyan.orders.tests.conftest import capture, cup, new_variant, order_of, post, pot
from banyan.outreach.models import Notice
from banyan.wishes.actions import waiting

__all__ = ["capture", "cup", "new_variant", "order_of", "post", "pot"]


@pytest.fixture
def now() -> datetime:
    """The worker's sweeps look at the clock, so the tests begin today."""
    return timezone.now()


@pytest.fixture
def stock() -> Callable[[Any, int], None]:
    """So many pieces lie on the shelf: stock(cup, 0)."""

    def put(variant: Any, pieces: int) -> None:
        Variant.objects.filter(pk=variant.pk).update(on_hand=pieces)
        variant.refresh_from_db()

    return put


@pytest.fixture
def price() -> Callable[[Any, int], None]:
    def set_to(variant: Any, minor: int) -> None:
        Variant.objects.filter(pk=variant.pk).update(price_minor=minor)

    return set_to


@pytest.fixture
def fresh() -> Callable[[Any], Product]:
    """The product of a variant, read anew."""
    return lambda variant: (
        Product.objects.with_currency().select_related("community").get(pk=variant.product_id)
    )


@pytest.fixture
def told() -> Callable[..., list[Any]]:
    """What a person was told, after the worker's turn: told(cast.jonas)."""

    def read(person: Any) -> list[Any]:
        waiting.tell_next(now=timezone.now())
        jobs.run_due()
        wanted = Notice.objects.filter(person=person, topic__startswith="wish-")
        return list(wanted.order_by("pk"))

    return read
