"""What buyers, members, strangers and the shop see and press."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from banyan.communities.places import url
from banyan.culture import actions as culture
from banyan.reviews import actions, rules
from banyan.reviews.models import Review

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> Any:
    return timezone.now()


def client_of(person: Any = None, language: str = "en") -> Client:
    made = Client(headers={"Sec-Fetch-Site": "same-origin"})
    made.cookies["django_language"] = language
    if person is not None:
        made.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return made


def keyed(**fields: Any) -> dict[str, Any]:
    return {"form_key": str(uuid4()), **fields}


@pytest.fixture
def said(bring: Any, cup: Any, cast: Any, jonas: Any, now: Any) -> Review:
    bring(cast.jonas, cup)
    return actions.write(
        product=cup.product, author=jonas, stars=4, body="Holds its heat.", now=now
    )


def test_a_buyer_writes_mends_and_takes_back_on_the_page(
    bring: Any, cup: Any, cast: Any, jonas: Any, kiln: Any, now: Any, a_picture: bytes
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    order = bring(cast.jonas, cup)
    client = client_of(cast.jonas)
    to = url(kiln, "review-write", slug=cup.product.slug)
    assert to in client.get(f"/orders/{order.number}").content.decode()
    wrong = client.post(to, keyed(body="So far so good."))
    assert wrong.status_code == 422
    assert "So far so good." in wrong.content.decode()
    photo = SimpleUploadedFile("cup.png", a_picture, "image/png")
    done = client.post(to, keyed(stars="5", body="So far so good.", photos=[photo], alt=["A cup"]))
    assert done.status_code == 302, done.content.decode()
    page = client.get(done["Location"].split("#")[0]).content.decode()
    assert "So far so good." in page
    assert 'alt="A cup"' in page
    assert "Bought here" in page
    review = Review.objects.get()
    kept = review.photos.get().picture.oid
    client.post(to, keyed(stars="3", body="It chipped.", photo=[kept]))
    review.refresh_from_db()
    assert (review.stars, review.body, review.photos.count()) == (3, "It chipped.", 1)
    client.post(url(kiln, "review-delete", id=review.public_id), keyed())
    review.refresh_from_db()
    assert review.state == rules.DELETED
    assert (
        "It chipped."
        not in client.get(url(kiln, "reviews", slug=cup.product.slug)).content.decode()
    )


def test_who_has_not_bought_it_is_told_why_and_can_post_nothing(
    said: Review, cup: Any, cast: Any, lan: Any, kiln: Any
) -> None:
    client = client_of(cast.lan)
    to = url(kiln, "review-write", slug=cup.product.slug)
    assert "You have not received it from here yet" in client.get(to).content.decode()
    client.post(to, keyed(stars="1", body="Never had it."))
    assert Review.objects.count() == 1


def test_the_product_shows_stars_words_and_what_is_hidden_in_both_languages(
    said: Review, cup: Any, kiln: Any, now: Any
) -> None:
    address = url(kiln, "product", slug=cup.product.slug)
    page = client_of().get(address).content.decode()
    assert "4 of 5 stars" in page
    assert page.count('<span class="on"><svg') == 3 * 4  # above, beside the sum, in the review
    assert "&lt;svg" not in page
    assert "1 review" in page
    assert "Holds its heat." in page
    assert "1条评价" in client_of(language="zh-hans").get(address).content.decode()
    actions.mover(rules.HIDDEN)(kiln, said.pk, now)
    page = client_of().get(address).content.decode()
    assert "Holds its heat." not in page
    assert "1 hidden by moderators" in page
    page = client_of().get(url(kiln, "reviews", slug=cup.product.slug)).content.decode()
    assert "1 review was hidden by moderators" in page


def test_reviews_cost_the_warm_product_page_no_statement(said: Review, cup: Any, kiln: Any) -> None:
    address, client = url(kiln, "product", slug=cup.product.slug), client_of()

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len([one for one in seen if "reviews_" in one["sql"]])

    cache.clear()
    assert count() <= 4
    assert count() == 0


def test_members_press_helpful_and_strangers_cannot(
    said: Review, cup: Any, cast: Any, lan: Any, kiln: Any
) -> None:
    to = url(kiln, "review-helpful", id=said.public_id)
    client = client_of(cast.lan)
    client.post(to, keyed(on="1"))
    page = client.get(url(kiln, "reviews", slug=cup.product.slug)).content.decode()
    assert 'aria-pressed="true"' in page
    client.post(to, keyed(on="0"))
    said.refresh_from_db()
    assert said.helpful_count == 0
    assert client_of().post(to, keyed(on="1")).status_code in (302, 303, 403)
    assert client_of(cast.rafe).post(to, keyed(on="1")).status_code in (302, 403, 404)
    said.refresh_from_db()
    assert said.helpful_count == 0


def test_the_shop_answers_in_the_studio_and_an_empty_answer_is_refused(
    said: Review, cast: Any, lan: Any, kiln: Any, cup: Any
) -> None:
    to = url(kiln, "studio-review-answer", id=said.public_id)
    client = client_of(cast.mei)
    assert "Holds its heat." in client.get(url(kiln, "studio-reviews")).content.decode()
    assert client.post(to, keyed(answer="")).status_code == 422
    assert client.post(to, keyed(answer="Thank you.")).status_code == 302
    page = client_of().get(url(kiln, "reviews", slug=cup.product.slug)).content.decode()
    assert "Thank you." in page
    unanswered = client.get(url(kiln, "studio-reviews") + "?show=unanswered").content.decode()
    assert "Holds its heat." not in unanswered
    client.post(url(kiln, "studio-review-unanswer", id=said.public_id), keyed())
    said.refresh_from_db()
    assert said.answer == ""
    assert client_of(cast.lan).post(to, keyed(answer="I am not the shop.")).status_code == 404


def test_another_communitys_review_is_404(
    said: Review, tea: Any, cast: Any, member_of: Any
) -> None:
    client = client_of(cast.sol)
    for name in ("review-delete", "review-helpful"):
        assert client.post(url(tea, name, id=said.public_id), keyed()).status_code == 404


def test_reviews_are_narrowed_and_pages_stay_at_a_fixed_number_of_statements(
    said: Review, cup: Any, kiln: Any, cast: Any, new_person: Any, now: Any
) -> None:
    address = url(kiln, "reviews", slug=cup.product.slug)
    client = client_of(cast.jonas)

    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    count(address)
    few = count(address)
    rows = []
    for n in range(30):
        member = culture.join(community=kiln, person=new_person(f"Buyer {n}"), version=1, now=now)
        rows.append(
            Review(
                community=kiln, product=cup.product, author=member, line=said.line,
                stars=1 + n % 5, body=f"Words {n}.", written_at=now,
            )
        )  # fmt: skip
    Review.objects.bulk_create(rows)
    assert count(address) <= few + 1  # photos of more than one page are still one statement
    page = client.get(address + "?stars=1").content.decode()
    assert "Words 5." in page
    assert "Words 6." not in page
    assert client.get(address + "?stars=x&sort=nonsense&page=999").status_code == 200
