"""A shelf, a way of sending, and buyers who order through the product's own verbs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from banyan.orders import queries, visitors
from banyan.orders.actions import baskets, placing
from banyan.orders.models import Order, ShippingRate

ADDRESS = placing.Address(
    name="Jonas Berg", line1="Lindenstraße 4", city="Berlin", postcode="10969", country="DE",
    phone="+49 30 1234567",
)  # fmt: skip
CHECKOUT = {
    "email": "guest@example.org", "name": "Ana Gast", "country": "CN", "line1": "湖滨路8号",
    "city": "杭州", "region": "浙江", "postcode": "310000", "phone": "", "note": "",
}  # fmt: skip


@pytest.fixture
def new_variant(kiln: Any, now: datetime) -> Callable[..., Any]:
    """A published product with one variant: new_variant("Cup", price=6800, stock=10)."""
    from banyan.catalog.models import Product, Variant

    def make(title: str = "Celadon cup", *, price: int = 6800, stock: int = 10, **more: Any) -> Any:
        community = more.pop("community", kiln)
        slug = more.pop("slug", title.lower().replace(" ", "-"))
        product = Product.objects.create(
            community=community, slug=slug, handle=slug, title=title, state="published",
            published_at=now, price_from_minor=price, needs_shipping=more.pop("needs_post", True),
            second_title=more.pop("second_title", ""), second_lang="zh-Hans",
        )  # fmt: skip
        return Variant.objects.create(
            community=community, product=product, price_minor=price, on_hand=stock, **more
        )

    return make


@pytest.fixture
def cup(new_variant: Callable[..., Any]) -> Any:
    return new_variant("Celadon cup", second_title="青瓷杯")


@pytest.fixture
def pot(new_variant: Callable[..., Any]) -> Any:
    return new_variant("Teapot", price=31000, stock=4)


@pytest.fixture
def post(kiln: Any) -> ShippingRate:
    return ShippingRate.objects.create(
        community=kiln, name="Parcel post", lang="en", price_minor=1200
    )


@pytest.fixture
def order_of(post: ShippingRate, kiln: Any, now: datetime) -> Callable[..., Order]:
    """Place an order: order_of((cup, 2), (pot, 1), person=cast.jonas)."""

    def place(*things: tuple[Any, int], person: Any = None, at: datetime = now, **more: Any) -> Any:
        from banyan.catalog.models import Variant

        visitor = "" if person else visitors.new_key()
        for variant, count in things:
            fresh = Variant.objects.select_related("product").get(pk=variant.pk)
            basket = baskets.put_in(
                community=kiln, variant=fresh, quantity=count, person=person, visitor=visitor,
                now=at,
            )  # fmt: skip
        counted = queries.basket_at(id=basket.public_id, person=person, visitor=visitor)
        offers = counted.offers("DE") if counted.needs_post else []
        total = counted.totals(offers[0].price if offers else None).total_minor
        return placing.place(
            basket_id=basket.public_id,
            person=person,
            visitor=visitor,
            email=person.email if person else "guest@example.org",
            address=more.pop("address", ADDRESS),
            rate_id=offers[0].pk if offers else None,
            seen=more.pop("seen", counted.seen),
            seen_total=more.pop("seen_total", total),
            lang=more.pop("lang", "en"),
            now=at,
        )

    return place


@pytest.fixture
def capture(now: datetime) -> Callable[..., None]:
    """The provider says that an order's newest attempt (or the given one) is captured."""
    from banyan.orders.actions import paying
    from banyan.payments import hearing
    from banyan.payments.models import Payment
    from banyan.payments.providers import Word

    def do(order: Order, payment: Any = None, at: datetime = now) -> None:
        payment = payment or paying.attempts(order)[0]
        payment = Payment.objects.select_related("book").get(pk=payment.pk)
        word = Word(payment.oid, "captured", payment.amount_minor, payment.currency)
        hearing.apply(payment, word, now=at)
        order.refresh_from_db()
        order.__dict__.pop("rows", None)

    return do


@pytest.fixture
def pay_back() -> Callable[..., None]:
    """The provider carries out (or fails) every refund of an order that was asked for."""
    from banyan.payments import hearing
    from banyan.payments.models import PaymentRefund
    from banyan.payments.providers import RefundWord

    def do(order: Order, *, at: datetime, state: str = "executed") -> None:
        for refund in PaymentRefund.objects.filter(
            payment__source_kind="order", payment__source_id=order.pk
        ).exclude(state="executed"):
            word = RefundWord(refund.provider_key, state, refund.amount_minor, refund.currency)
            hearing.settle_refund(refund, word, now=at)
        order.refresh_from_db()

    return do


@pytest.fixture
def books(kiln: Any) -> Callable[[str], int]:
    """The balance of an account of the shop: books("sales")."""
    from banyan.ledger.queries import balance
    from banyan.sellers.models import Book

    book = Book.objects.get(community=kiln)

    def read(code: str) -> int:
        return int(balance(book, code).minor)

    return read


@pytest.fixture
def in_balance(kiln: Any) -> Callable[[], bool]:
    from banyan.ledger.queries import trial_balance
    from banyan.sellers.models import Book

    def check() -> bool:
        return not any(trial_balance(Book.objects.get(community=kiln)).values())

    return check
