"""Writing a review, taking it back, answering it, finding it helpful."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from banyan.catalog.models import Product
from banyan.communities.models import Member
from banyan.core.events import announce
from banyan.core.models import Picture
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.core.text import lang_of
from banyan.moderation.standing import muting

from . import queries, rules
from .events import ReviewAnswered, ReviewDeleted, ReviewEdited, ReviewHelped, ReviewWritten
from .models import Helpful, Review, ReviewPhoto


class NotBought(Refusal):
    status = 403
    sentence = _("Only who has bought it and received it can write a review of it.")


class NoStars(Refusal):
    sentence = _("Choose one to five stars.")


class NothingAnswered(Refusal):
    sentence = _("Write a few words first.")


@transaction.atomic
def write(
    *,
    product: Product,
    author: Member,
    stars: int,
    now: datetime,
    body: str = "",
    photos: Sequence[Picture] = (),
) -> Review:
    """Say what one thinks of a product, or mend it: there is one review of each member.

    NotBought without a parcel that came (or a file that was sent); NotAllowed for strangers and
    others' photos; what a moderator hid stays hidden, whatever is mended in it.
    """
    if not author.is_in or product.community_id != author.community_id:
        raise NotAllowed
    if any(photo.owner != author.person.pseudonym for photo in photos):
        raise NotAllowed
    muting.check(author, now=now)
    if stars not in rules.STARS:
        raise NoStars
    body = body.strip()[: rules.WORDS_LENGTH]
    said = {
        "stars": stars,
        "body": body,
        "lang": lang_of(body, author.community.lang) if body else "",
        "is_staff": author.may("studio.see"),
        "cover": photos[0] if photos else None,
    }
    _lock(product.pk)
    mine = Review.objects.filter(product=product, author=author).select_related("product").first()
    is_new = mine is None or mine.state == rules.DELETED
    if mine is None:
        line = queries.line_bought(product, author.person)
        if line is None:
            raise NotBought
        mine = Review.objects.create(
            community_id=author.community_id, product=product, author=author, line=line,
            written_at=now, **said,
        )  # fmt: skip
    elif mine.state == rules.DELETED:
        mine.move(rules.PUBLISHED, written_at=now, edited_at=None, **said)
    else:
        changed = Review.objects.filter(
            pk=mine.pk, state__in=(rules.PUBLISHED, rules.HIDDEN)
        ).update(edited_at=now, **said)
        if not changed:
            raise WrongMoment
        mine.refresh_from_db()
    _attach(mine, photos)
    _count_anew(product.pk)
    common = {
        "community_id": author.community_id, "object_id": mine.pk, "product_id": product.pk,
        "actor": author.person.pseudonym, "subject": author.person.pseudonym, "now": now,
        "lang": mine.lang, "stars": stars,
    }  # fmt: skip
    if is_new:
        announce(ReviewWritten(photos=len(photos), order_id=mine.line.order_id, **common))
    elif mine.is_published:
        announce(ReviewEdited(**common))
    return mine


def _attach(review: Review, photos: Sequence[Picture]) -> None:
    ReviewPhoto.objects.filter(review=review).delete()
    ReviewPhoto.objects.bulk_create(
        ReviewPhoto(
            community_id=review.community_id, review=review, picture=photo, position=position
        )
        for position, photo in enumerate(photos[: rules.MOST_PHOTOS])
    )


def _lock(product_id: int) -> None:
    """Hold the product's row until the end, and let its parts be drawn anew."""
    Product.objects.filter(pk=product_id).update(version=F("version") + 1)


def _count_anew(product_id: int) -> None:
    """The stars of a product from its reviews as they stand. Call it below `_lock`."""
    rows = Review.objects.filter(product_id=product_id)
    shown = Q(state__in=(rules.PUBLISHED, rules.ERASED))
    names = ("ones", "twos", "threes", "fours", "fives")
    counted = rows.aggregate(
        **{
            name: Count("pk", filter=shown & Q(is_staff=False, stars=star))
            for star, name in enumerate(names, start=1)
        },
        staff=Count("pk", filter=shown & Q(is_staff=True)),
        hidden=Count("pk", filter=Q(state__in=rules.JUDGED_AWAY)),
    )
    stars = [counted[name] for name in names]
    Product.objects.filter(pk=product_id).update(
        stars=stars if any(stars) else [], staff_reviews=counted["staff"],
        hidden_reviews=counted["hidden"],
    )  # fmt: skip


@transaction.atomic
def delete(*, review: Review, by: Member, now: datetime) -> None:
    """Take one's own review back. WrongMoment when it is not shown (any more)."""
    if review.author_id != by.pk or not by.is_in:
        raise NotAllowed
    _lock(review.product_id)
    review.move(rules.DELETED, only_from=(rules.PUBLISHED,), edited_at=now)
    _count_anew(review.product_id)
    announce(
        ReviewDeleted(
            community_id=review.community_id, object_id=review.pk, product_id=review.product_id,
            actor=by.person.pseudonym, subject=by.person.pseudonym, lang=review.lang, now=now,
        )
    )  # fmt: skip


@transaction.atomic
def answer(*, review: Review, by: Member, body: str, now: datetime) -> None:
    """Answer for the shop, or mend the answer; it stands below the review."""
    _check_shop(review, by)
    body = body.strip()[: rules.ANSWER_LENGTH]
    if not body:
        raise NothingAnswered
    is_first = review.answered_at is None
    _lock(review.product_id)
    changed = Review.objects.filter(pk=review.pk, state=rules.PUBLISHED).update(
        answer=body, answer_lang=lang_of(body, by.community.lang), answered_by=by, answered_at=now
    )
    if not changed:
        raise WrongMoment
    if is_first:
        announce(
            ReviewAnswered(
                community_id=review.community_id, object_id=review.pk,
                product_id=review.product_id, actor=by.person.pseudonym,
                subject=review.author.person.pseudonym, lang=lang_of(body, by.community.lang),
                now=now,
            )
        )  # fmt: skip


@transaction.atomic
def unanswer(*, review: Review, by: Member, now: datetime) -> None:
    """Take the shop's answer away. WrongMoment without one."""
    _check_shop(review, by)
    _lock(review.product_id)
    changed = Review.objects.filter(pk=review.pk, answered_at__isnull=False).update(
        answer="", answer_lang="", answered_by=None, answered_at=None
    )
    if not changed:
        raise WrongMoment


def _check_shop(review: Review, by: Member) -> None:
    if by.community_id != review.community_id or not by.may("catalog.edit"):
        raise NotAllowed


@transaction.atomic
def find_helpful(*, review: Review, member: Member, on: bool, now: datetime) -> None:
    """Say that a review helped, or take it back; the same again changes nothing.

    NotAllowed for its own author; WrongMoment when it is not shown any more.
    """
    if not member.is_in or member.community_id != review.community_id:
        raise NotAllowed
    if review.author_id == member.pk:
        raise NotAllowed
    muting.check(member, now=now)
    if on:
        try:
            with transaction.atomic():
                Helpful.objects.create(
                    community_id=review.community_id, review=review, member=member, found_at=now
                )
        except IntegrityError:
            return
        step = 1
    else:
        gone, _kinds = Helpful.objects.filter(review=review, member=member).delete()
        if not gone:
            return
        step = -1
    changed = Review.objects.filter(pk=review.pk, state=rules.PUBLISHED).update(
        helpful_count=F("helpful_count") + step
    )
    if not changed:
        raise WrongMoment
    _lock(review.product_id)
    announce(
        ReviewHelped(
            community_id=review.community_id, object_id=review.pk, product_id=review.product_id,
            actor=member.person.pseudonym, subject=review.author.person.pseudonym, is_on=on,
            now=now,
        )
    )  # fmt: skip


def mover(to: str, came_from: str = rules.HIDDEN) -> Callable[[Any, int, datetime], None]:
    """The function (community, object_id, now) by which moderation moves a review to `to`."""

    @transaction.atomic
    def move(community: Any, object_id: int, now: datetime) -> None:
        review = Review.objects.of(community).filter(pk=object_id).first()
        if review is None:
            raise Http404
        _lock(review.product_id)
        review.move(to, only_from=(came_from,) if to == rules.PUBLISHED else None)
        _count_anew(review.product_id)

    return move


@transaction.atomic
def leave_stars(person_id: int) -> None:
    """Their words and photos go with the account; the stars stay without a name."""
    mine = Review.objects.filter(author__person=person_id)
    for product_id in list(mine.values_list("product", flat=True)):
        _lock(product_id)
        shown = mine.filter(product=product_id, state=rules.PUBLISHED)
        shown.update(state=rules.ERASED, body="", lang="", cover=None)
        _count_anew(product_id)
