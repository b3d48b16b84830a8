"""Who may say what about a product, when, and what is counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from banyan.catalog.models import Product
from banyan.core.models import Activity
from banyan.core.pictures import take_picture
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.moderation.objects import kind_of
from banyan.moderation.standing import muting
from banyan.orders.actions import refunding
from banyan.orders.models import Order
from banyan.outreach.models import Notice
from banyan.people import privacy
from banyan.reviews import actions, queries, rules
from banyan.reviews.models import Helpful, Review, ReviewPhoto

pytestmark = pytest.mark.django_db


class Counted:
    """What the product says of its reviews."""

    def __init__(self, product: Product) -> None:
        self.stars = dict(enumerate(product.rating.stars, start=1))
        self.number, self.mean_tenths = product.rating.number, product.rating.mean_tenths
        self.staff, self.hidden = product.staff_reviews, product.hidden_reviews


def score(variant: Any) -> Counted:
    return Counted(Product.objects.get(pk=variant.product_id))


def write(author: Any, variant: Any, now: Any, **more: Any) -> Review:
    said = {"stars": 4, "body": "Holds its heat.", **more}
    return actions.write(product=variant.product, author=author, now=now, **said)


def test_only_who_bought_it_and_has_it_can_review_it(
    bring: Any, cup: Any, cast: Any, jonas: Any, lan: Any, now: Any
) -> None:
    bring(cast.jonas, cup)
    bring(cast.lan, cup, to="packed")
    review = write(jonas, cup, now)
    assert review.state == rules.PUBLISHED
    with pytest.raises(actions.NotBought):
        write(lan, cup, now)
    assert score(cup).stars[4] == 1
    assert Activity.objects.filter(verb="ReviewWritten", object_id=review.pk).count() == 1


def test_a_parcel_on_its_way_is_enough_for_who_got_it_early(
    bring: Any, cup: Any, cast: Any, lan: Any, now: Any
) -> None:
    bring(cast.lan, cup, to="shipped")
    assert write(lan, cup, now).stars == 4


def test_a_member_of_another_community_cannot_review(
    bring: Any, cup: Any, tea: Any, cast: Any, member_of: Any, now: Any
) -> None:
    bring(cast.jonas, cup)
    elsewhere = member_of(tea, cast.sol)
    with pytest.raises(NotAllowed):
        write(elsewhere, cup, now)


def test_writing_twice_mends_the_one_review(
    bring: Any, cup: Any, cast: Any, jonas: Any, now: Any
) -> None:
    bring(cast.jonas, cup)
    first = write(jonas, cup, now)
    again = write(jonas, cup, now + timedelta(hours=1), stars=2, body="It chipped.")
    assert (again.pk, again.stars, again.body) == (first.pk, 2, "It chipped.")
    assert again.edited_at is not None
    assert score(cup).stars == {1: 0, 2: 1, 3: 0, 4: 0, 5: 0}
    verbs = list(Activity.objects.filter(object_kind="review").values_list("verb", flat=True))
    assert verbs == ["ReviewWritten", "ReviewEdited"]


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_stars_are_one_to_five(
    bring: Any, cup: Any, cast: Any, jonas: Any, now: Any, stars: int
) -> None:
    bring(cast.jonas, cup)
    with pytest.raises(actions.NoStars):
        write(jonas, cup, now, stars=stars)
    assert not Review.objects.exists()


def test_a_review_taken_back_counts_no_more_and_can_be_written_anew(
    bring: Any, cup: Any, cast: Any, jonas: Any, lan: Any, now: Any
) -> None:
    bring(cast.jonas, cup)
    review = write(jonas, cup, now)
    with pytest.raises(NotAllowed):
        actions.delete(review=review, by=lan, now=now)
    actions.delete(review=review, by=jonas, now=now)
    with pytest.raises(WrongMoment):
        actions.delete(review=review, by=jonas, now=now)
    assert score(cup).number == 0
    assert write(jonas, cup, now, stars=5).pk == review.pk
    assert score(cup).stars[5] == 1


def test_staff_are_marked_and_their_stars_are_not_counted(
    bring: Any, cup: Any, cast: Any, jonas: Any, now: Any, mei: Any
) -> None:
    bring(cast.jonas, cup)
    write(jonas, cup, now, stars=3)
    bring(cast.mei, cup)
    assert write(mei, cup, now, stars=5).is_staff
    assert (score(cup).mean_tenths, score(cup).number, score(cup).staff) == (30, 1, 1)


def test_what_was_sent_back_is_said_beside_the_review(
    bring: Any, cup: Any, cast: Any, jonas: Any, now: Any
) -> None:
    order = bring(cast.jonas, cup)
    review = write(jonas, cup, now, stars=1)
    assert not review.was_sent_back
    whole = Order.objects.whole_by_number(order.number)
    assert whole is not None
    refunding.refund(
        order=whole, pieces={review.line_id: 1}, by=cast.mei, reason="cracked", now=now,
        with_post=False, restock=False,
    )  # fmt: skip
    assert Review.objects.select_related("line").get(pk=review.pk).was_sent_back


def test_hidden_reviews_are_counted_in_public_and_mending_does_not_show_them(
    bring: Any, cup: Any, cast: Any, jonas: Any, kiln: Any, now: Any
) -> None:
    bring(cast.jonas, cup)
    review, kind = write(jonas, cup, now), kind_of("review")
    kind.hide(kiln, review.pk, now)
    assert (score(cup).number, score(cup).hidden) == (0, 1)
    mended = write(jonas, cup, now, body="Now politely.")
    assert mended.state == rules.HIDDEN
    assert score(cup).number == 0
    with pytest.raises(WrongMoment):
        actions.delete(review=mended, by=jonas, now=now)
    kind.restore(kiln, review.pk, now)
    assert (score(cup).number, score(cup).hidden) == (1, 0)
    with pytest.raises(WrongMoment):
        kind.restore(kiln, review.pk, now)
    kind.remove(kiln, review.pk, now)
    assert (score(cup).number, score(cup).hidden) == (0, 1)
    assert kind.revive is not None
    kind.revive(kiln, review.pk, now)
    assert (score(cup).number, score(cup).hidden) == (1, 0)


def test_a_review_helps_each_member_once_and_never_its_author(
    bring: Any, cup: Any, cast: Any, jonas: Any, lan: Any, tea: Any, member_of: Any, now: Any
) -> None:
    bring(cast.jonas, cup)
    review = write(jonas, cup, now)
    for _ in range(2):
        actions.find_helpful(review=review, member=lan, on=True, now=now)
    review.refresh_from_db()
    assert review.helpful_count == 1
    with pytest.raises(NotAllowed):
        actions.find_helpful(review=review, member=jonas, on=True, now=now)
    with pytest.raises(NotAllowed):
        actions.find_helpful(review=review, member=member_of(tea, cast.sol), on=True, now=now)
    for _ in range(2):
        actions.find_helpful(review=review, member=lan, on=False, now=now)
    review.refresh_from_db()
    assert (review.helpful_count, Helpful.objects.count()) == (0, 0)
    actions.delete(review=review, by=jonas, now=now)
    with pytest.raises(WrongMoment):
        actions.find_helpful(review=review, member=lan, on=True, now=now)
    assert not Helpful.objects.exists()


def test_the_shop_answers_once_mends_it_and_takes_it_away(
    bring: Any, cup: Any, cast: Any, jonas: Any, lan: Any, mei: Any, now: Any, run_due: Any
) -> None:
    bring(cast.jonas, cup)
    review = write(jonas, cup, now)
    with pytest.raises(NotAllowed):
        actions.answer(review=review, by=lan, body="Thanks", now=now)
    with pytest.raises(actions.NothingAnswered):
        actions.answer(review=review, by=mei, body="  ", now=now)
    actions.answer(review=review, by=mei, body="谢谢你。", now=now)
    review.refresh_from_db()
    assert (review.answer, review.answer_lang) == ("谢谢你。", "zh-Hans")
    actions.answer(review=review, by=mei, body="Thank you.", now=now)
    run_due(now)
    assert Notice.objects.filter(topic="review-answer", person=cast.jonas).count() == 1
    review.refresh_from_db()
    actions.unanswer(review=review, by=mei, now=now)
    with pytest.raises(WrongMoment):
        actions.unanswer(review=review, by=mei, now=now)
    actions.delete(review=Review.objects.get(pk=review.pk), by=jonas, now=now)
    with pytest.raises(WrongMoment):
        actions.answer(review=review, by=mei, body="Too late.", now=now)


def test_who_is_muted_reviews_nothing(
    bring: Any, cup: Any, cast: Any, jonas: Any, mei: Any, now: Any
) -> None:
    bring(cast.jonas, cup)
    jonas.muted_until = now + timedelta(days=1)
    jonas.save(update_fields=["muted_until"])
    with pytest.raises(muting.Muted):
        write(jonas, cup, now)


def test_a_photo_of_somebody_else_is_refused(
    bring: Any, cup: Any, cast: Any, jonas: Any, kiln: Any, now: Any, a_picture: bytes
) -> None:
    bring(cast.jonas, cup)
    theirs = take_picture(a_picture, community_id=kiln.pk, owner=cast.lan.pseudonym, now=now)
    mine = take_picture(a_picture, community_id=kiln.pk, owner=cast.jonas.pseudonym, now=now)
    with pytest.raises(NotAllowed):
        write(jonas, cup, now, photos=[theirs])
    review = write(jonas, cup, now, photos=[mine])
    assert ReviewPhoto.objects.filter(review=review).count() == 1
    write(jonas, cup, now)
    assert not ReviewPhoto.objects.exists()


def test_an_erased_account_leaves_stars_without_words_or_name(
    bring: Any, cup: Any, cast: Any, jonas: Any, now: Any
) -> None:
    bring(cast.jonas, cup)
    review = write(jonas, cup, now, stars=5)
    privacy.erase(person=cast.jonas, now=now)
    review.refresh_from_db()
    assert (review.state, review.body) == (rules.ERASED, "")
    assert score(cup).stars[5] == 1
    page = queries.list_of(cup.product, stars=0, order="helpful", photos=False, page=1)
    assert [one.pk for one in page] == [review.pk]


def test_every_buyer_is_asked_once_when_the_order_is_completed_before_any_stars_exist(
    bring: Any, cup: Any, cast: Any, jonas: Any, lan: Any, now: Any, run_due: Any
) -> None:
    bring(cast.jonas, cup, to="completed")
    bring(cast.lan, cup, to="received")
    run_due(now)
    run_due(now)
    asked = Notice.objects.filter(topic="review-ask")
    assert [notice.person_id for notice in asked] == [cast.jonas.pk]
    assert not Review.objects.exists()


def test_who_has_reviewed_it_already_is_not_asked(
    bring: Any, cup: Any, cast: Any, jonas: Any, now: Any, run_due: Any
) -> None:
    bring(cast.jonas, cup)
    write(jonas, cup, now)
    bring(cast.jonas, cup, to="completed")
    run_due(now)
    assert not Notice.objects.filter(topic="review-ask").exists()
