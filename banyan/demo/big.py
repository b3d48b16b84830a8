"""Many more posts and orders beside the demo world, for benches: rows in bulk.

What holds as in life: every post has its activity, place in the order and language; every order
its lines, payment, entries (paid, fee, completed), legs and accounts, and sums that add up. What
is simpler: these posts have no likes, answers or photos; these orders are all completed, one line
each, from stock that came and went the same day, without notes, parcels or activity.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.db.models import F

from banyan.catalog.models import Product
from banyan.content import rules as content_rules
from banyan.content.events import PostPublished
from banyan.content.models import Post
from banyan.core import activity
from banyan.core.models import Activity
from banyan.ledger import rules as books
from banyan.ledger.models import Account, Entry, Leg
from banyan.orders import rules as order_rules
from banyan.orders.models import Order, OrderLine
from banyan.payments import rules as payment_rules
from banyan.payments.models import Payment
from banyan.sellers.models import Book

from .build.hands import Hands
from .build.haste import in_haste
from .build.trade import FEE_BP
from .plan import texts
from .plan.shapes import EN, ZH, Plan
from .plan.talk import SHARE_OF_POSTS, SHARE_ZH
from .plan.trade import SHARE_OF_ORDERS

BATCH = 2000
Say = Callable[[str, int, int], None]


def grow(plan: Plan, hands: Hands, *, posts: int, orders: int, say: Say) -> None:
    """Bring the world to so many posts and orders in all."""
    rng = Random(plan.seed)
    for model, wanted, add in ((Post, posts, _posts), (Order, orders, _orders)):
        missing = wanted - model.objects.count()
        for start in range(0, missing, BATCH):
            with in_haste(), transaction.atomic():
                add(rng, plan, hands, min(BATCH, missing - start))
            say(f"more {model._meta.verbose_name_plural}", min(start + BATCH, missing), missing)


def _moment(rng: Random, plan: Plan, *, days_ago: float = 0.1) -> datetime:
    return plan.now - timedelta(days=rng.uniform(days_ago, 85))


def _joined(hands: Hands, slug: str) -> list[Any]:
    return [m for (_key, where), m in hands.members.items() if where == slug and m.is_in]


def _posts(rng: Random, plan: Plan, hands: Hands, count: int) -> None:
    authors = {slug: _joined(hands, slug) for slug in hands.places}
    rows = []
    for _ in range(count):
        slug = rng.choices(list(SHARE_OF_POSTS), list(SHARE_OF_POSTS.values()))[0]
        lang = ZH if rng.random() < SHARE_ZH[slug] else EN
        short = rng.choice([s for s in texts.shorts(lang) if s.community == slug])
        remark = rng.choice(texts.remarks(lang)["wax" if slug == "wax" else "wares"])
        words = [rng.choice(short.firsts), rng.choice(short.seconds), remark]
        at = _moment(rng, plan)
        author = rng.choice(authors[slug])
        rows.append(
            Post(
                community=hands.places[slug], author=author, lang=lang, published_at=at,
                body=(" " if lang == EN else "").join(words), topic=hands.topics[slug, "talk"],
                score=content_rules.heat(
                    published_seconds=int(at.timestamp()), likes=0, comments=0
                ),
            )
        )  # fmt: skip
    rows.sort(key=lambda post: post.published_at)
    Post.objects.bulk_create(rows, batch_size=500)
    Activity.objects.bulk_create(
        [
            activity.row_of(
                PostPublished(
                    community_id=post.community_id, object_id=post.pk, lang=post.lang,
                    actor=post.author.person.pseudonym, kind=content_rules.POST,
                    topic_id=post.topic_id, photos=0, product_ids=[], now=post.published_at,
                )
            )
            for post in rows
        ],
        batch_size=500,
    )  # fmt: skip


def _orders(rng: Random, plan: Plan, hands: Hands, count: int) -> None:
    buyers = {slug: _joined(hands, slug) for slug in hands.places}
    shelves = {
        slug: [v for (place, _p, _n), v in hands.variants.items() if place == slug]
        for slug in hands.places
    }
    book_of = {book.community_id: book for book in Book.objects.all()}
    taken = set(Order.objects.values_list("number", flat=True))
    made, lines, payments = [], [], []
    sold: Counter[int] = Counter()
    for at in sorted(_moment(rng, plan, days_ago=6) for _ in range(count)):
        slug = rng.choices(list(SHARE_OF_ORDERS), list(SHARE_OF_ORDERS.values()))[0]
        place, variant = hands.places[slug], rng.choice(shelves[slug])
        person = rng.choice(buyers[slug]).person
        rate = hands.rates[slug][0]
        items = variant.price_minor
        free = rate.free_over_minor is not None and items >= rate.free_over_minor
        post = 0 if free or not variant.product.needs_shipping else rate.price_minor
        number = order_rules.number_of(slug, secrets.randbelow(2**30))
        while number in taken:
            number = order_rules.number_of(slug, secrets.randbelow(2**30))
        taken.add(number)
        later = at + timedelta(days=rng.uniform(3, 5))
        order = Order(
            community=place, book=book_of[place.pk], number=number, person=person,
            state=order_rules.COMPLETED, lang=person.lang, email=person.email or "",
            name=person.name, line1="1", city="上海", postcode="200000", country="CN",
            currency=book_of[place.pk].currency, items_minor=items, post_minor=post,
            total_minor=items + post, paid_minor=items + post, post_name=rate.name if post else "",
            needs_post=variant.product.needs_shipping, reserved_until=at, placed_at=at, paid_at=at,
            packed_at=later, shipped_at=later, received_at=later, completed_at=later,
        )  # fmt: skip
        lines.append(
            OrderLine(
                order=order, variant=variant, title=variant.product.said("title", person.lang),
                lang=variant.product.lang_said("title", person.lang), slug=variant.product.slug,
                options=variant.label, quantity=1, unit_minor=items, total_minor=items,
                picture_id=variant.product.cover_id, needs_post=variant.product.needs_shipping,
            )
        )  # fmt: skip
        sold[variant.product_id] += 1
        made.append(order)
    Order.objects.bulk_create(made, batch_size=200)
    OrderLine.objects.bulk_create(lines, batch_size=400)
    for order in made:
        fee = (order.total_minor * FEE_BP + 5000) // 10000
        key = f"order:{order.oid}:1"
        payments.append(
            Payment(
                book=order.book, provider="sandbox", key=key, counts=True,
                fingerprint=books.digest(
                    ["order", order.pk, order.total_minor, order.currency]
                ),
                source_kind="order", source_id=order.pk, source_oid=order.oid, fee_minor=fee,
                state=payment_rules.CAPTURED, amount_minor=order.total_minor,
                currency=order.currency, description=order.number, payer=order.person.pseudonym,
                return_url="", created_at=order.placed_at, captured_at=order.paid_at,
                expires_at=order.reserved_until,
            )
        )  # fmt: skip
    Payment.objects.bulk_create(payments, batch_size=300)
    for order, payment in zip(made, payments, strict=True):
        order.payment = payment
    Order.objects.bulk_update(made, ["payment"], batch_size=300)
    _entries(made, lines, payments)
    for product_id, pieces in sold.items():
        Product.objects.filter(pk=product_id).update(sold_count=F("sold_count") + pieces)


def _entries(orders: list[Order], lines: list[OrderLine], payments: list[Payment]) -> None:
    """Postings 1, 3 and 4 of each order."""
    posted: list[tuple[Entry, list[books.Leg]]] = []

    def post(book: Book, key: str, kind: str, at: datetime, memo: str, legs: list[Any]) -> None:
        moving = books.checked(legs, currency=book.currency, book_id=book.pk)
        print_ = books.fingerprint(kind=kind, memo=memo, reverses=None, legs=moving)
        entry = Entry(book=book, key=key, kind=kind, at=at, memo=memo, fingerprint=print_)
        posted.append((entry, moving))

    for order, line, payment in zip(orders, lines, payments, strict=True):
        oid, total = order.oid, order.total_minor
        whose = order.person.pseudonym
        post(order.book, f"order:{oid}:paid:{payment.oid}", books.ORDER_PAID, order.paid_at,
             order.number, [books.Leg("psp.sandbox", total, oid),
                            books.Leg(f"escrow.{oid}", -total, oid, member=whose)])  # fmt: skip
        post(order.book, f"payment:{payment.oid}:fee", books.PROVIDER_FEE, order.paid_at, "",
             [books.Leg("psp_fee", payment.fee_minor, oid),
              books.Leg("psp.sandbox", -payment.fee_minor, oid)])  # fmt: skip
        post(order.book, f"order:{oid}:completed", books.ORDER_COMPLETED, order.completed_at,
             order.number, [books.Leg(f"escrow.{oid}", total, oid),
                            books.Leg("sales", -line.total_minor, oid, line.oid),
                            books.Leg("shipping", -order.post_minor, oid)])  # fmt: skip
    accounts = _accounts(posted)
    Entry.objects.bulk_create([entry for entry, _legs in posted], batch_size=400)
    Leg.objects.bulk_create(
        [
            Leg(
                entry=entry, position=n, account=accounts[entry.book_id, leg.account],
                minor=leg.minor, commodity=accounts[entry.book_id, leg.account].commodity,
                order=leg.order, line=leg.line, member=leg.member,
            )
            for entry, legs in posted
            for n, leg in enumerate(legs)
        ],
        batch_size=500,
    )  # fmt: skip


def _accounts(posted: list[tuple[Entry, list[books.Leg]]]) -> dict[tuple[int, str], Account]:
    """The accounts that are named; an escrow that was filled and emptied stands at zero."""
    wanted = {(e.book_id, leg.account): e for e, legs in posted for leg in legs}
    known = {
        (a.book_id, a.code): a
        for a in Account.objects.filter(family__in=["psp", "psp_fee", "sales", "shipping"])
    }
    new = [
        Account(
            book=entry.book, code=code, family=code.partition(".")[0],
            commodity=books.commodity_of(code, currency=entry.book.currency, book_id=book_id),
            balance_minor=0 if books.family_of(code).guarded else None, opened_at=entry.at,
        )
        for (book_id, code), entry in wanted.items() if (book_id, code) not in known
    ]  # fmt: skip
    for account in Account.objects.bulk_create(new, batch_size=400):
        known[account.book_id, account.code] = account
    return known
