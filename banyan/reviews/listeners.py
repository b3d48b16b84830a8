from __future__ import annotations

from banyan.catalog.models import Product
from banyan.communities.places import url
from banyan.core.events import after, on
from banyan.core.notices import Telling, tell
from banyan.orders.events import OrderCompleted
from banyan.orders.models import Order
from banyan.people.events import PersonErased
from banyan.people.models import Person

from . import actions
from .events import ReviewAnswered
from .models import Review


@on(PersonErased)
def leave_the_stars(event: PersonErased) -> None:
    actions.leave_stars(event.object_id)


@after(OrderCompleted)
def ask_for_a_review(event: OrderCompleted) -> None:
    """Every buyer with an account is asked once, before anybody can know what they think."""
    order = Order.objects.select_related("community", "person").get(pk=event.object_id)
    if order.person is None:
        return
    products = Product.objects.filter(variants__in=order.lines.values("variant"))
    first = products.exclude(
        pk__in=Review.objects.filter(author__person=order.person).values("product")
    ).order_by("pk").first()  # fmt: skip
    if first is None:
        return
    tell(
        Telling(
            topic="review-ask", key=f"order:{order.pk}:review", thing=("order", order.pk),
            about=("order", order.pk), url=url(order.community, "review-write", slug=first.slug),
            title=first.title, lang=first.lang, community_id=order.community_id,
        ),
        to=[order.person.pk], now=event.now,
    )  # fmt: skip


@after(ReviewAnswered)
def tell_of_the_answer(event: ReviewAnswered) -> None:
    person = Person.objects.here().filter(pseudonym=event.subject).first()
    review = Review.objects.select_related("product", "community").get(pk=event.object_id)
    if person is None:
        return
    product = review.product
    tell(
        Telling(
            topic="review-answer", key=f"review:{review.pk}:answer", thing=("review", review.pk),
            about=("review", review.pk),
            url=url(review.community, "reviews", slug=product.slug) + f"#r-{review.oid}",
            title=product.title, lang=product.lang, community_id=review.community_id,
        ),
        to=[person.pk], now=event.now,
    )  # fmt: skip
