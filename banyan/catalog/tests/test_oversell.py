"""TRUST 6 at the level of stock: many at once never get more than there is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from banyan.catalog import stock
from banyan.catalog.models import Product, Variant

PIECES, BUYERS, RUNS = 10, 200, 5


@pytest.mark.trust
@pytest.mark.django_db(transaction=True)
def test_two_hundred_buyers_get_exactly_ten_pieces(new_product: Any) -> None:
    for run in range(RUNS):
        variant = Variant.objects.get(product=new_product(f"Moon jar {run}", on_hand=PIECES))

        def buy(_n: int, pk: int = variant.pk) -> bool:
            try:
                with transaction.atomic():
                    stock.reserve(pk, 1)
                with transaction.atomic():
                    stock.take_out(pk, 1)
                return True
            except stock.OutOfStock:
                return False
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            sold = sum(pool.map(buy, range(BUYERS)))
        variant.refresh_from_db()
        assert sold == PIECES
        assert (variant.on_hand, variant.reserved) == (0, 0)
        assert Product.objects.get(pk=variant.product_id).sold_count == PIECES
    print(f"{RUNS} runs of {BUYERS} buyers for {PIECES} pieces: exactly {PIECES} sold each")


@pytest.mark.trust
@pytest.mark.django_db(transaction=True)
def test_reserving_and_releasing_at_once_loses_no_piece(new_product: Any) -> None:
    variant = Variant.objects.get(product=new_product(on_hand=PIECES))

    def hesitate(_n: int) -> None:
        try:
            with transaction.atomic():
                stock.reserve(variant.pk, 3)
            with transaction.atomic():
                stock.release(variant.pk, 3)
        except stock.OutOfStock:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(hesitate, range(100)))
    variant.refresh_from_db()
    assert (variant.on_hand, variant.reserved) == (PIECES, 0)
