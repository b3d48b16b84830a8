"""What buyers and the shop do on the pages; who may, when, and what a second press does."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from banyan.communities.places import url
from banyan.orders.models import Order
from banyan.orders.tests.conftest import CHECKOUT
from banyan.orders.tests.test_buying import add, hidden, send
from banyan.pricing import rules
from banyan.pricing.actions import coupons, planning
from banyan.pricing.models import Coupon, Discount, Saving, Together

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def client_of(person=None, language="en"):
    made = Client(headers={"Sec-Fetch-Site": "same-origin"})
    made.cookies["django_language"] = language
    if person is not None:
        made.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return made


def keyed(**fields):
    return {"form_key": str(uuid4()), **fields}


def typed(**more):
    """What the studio's form sends, in the community's own zone."""
    moment = timezone.localtime(timezone.now() - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    return keyed(
        **{"kind": "coupon", "name": "Welcome", "code": "welcome", "percent": "12.5",
           "most_each": 1, "starts_at": moment} | more
    )  # fmt: skip


# At the till


def test_a_guest_enters_a_code_sees_the_price_and_pays_just_that(discount, cup, post):
    discount(percent_bp=1250, name="Hello")
    guest = client_of()
    address = add(guest, cup)["Location"]
    assert "Coupons and codes" in guest.get(address).content.decode()
    page = guest.get(address, {"code": "welcome", "country": "CN"}).content.decode()
    assert "Hello" in page
    assert "-¥8.50" in page
    assert "Pay ¥71.50" in page
    answer = send(guest, address, **(CHECKOUT | hidden(page)))
    assert answer.status_code == 302
    order = Order.objects.get()
    assert (order.items_minor, order.total_minor) == (5950, 7150)
    assert Saving.objects.get(order=order).minor == 850


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "This shop has no such code."), ("zh-hans", "本店没有这个优惠码。")],
)
def test_a_wrong_code_is_said_and_the_price_stays(discount, cup, post, language, words):
    discount()
    buyer = client_of(language=language)
    page = buyer.get(add(buyer, cup)["Location"], {"code": "nope<b>"}).content.decode()
    assert words in page
    assert "nope&lt;b&gt;" in page
    assert 'name="code" value=' not in re.sub(r'<input id="code"[^>]*>', "", page)


def test_a_code_that_ended_meanwhile_refuses_with_the_new_total_and_keeps_what_was_typed(
    discount, member_of, kiln, cast, cup, post, now
):
    one = discount()
    guest = client_of()
    address = add(guest, cup)["Location"]
    page = guest.get(address, {"code": "WELCOME", "country": "CN"}).content.decode()
    fields = CHECKOUT | hidden(page)
    planning.end(discount=one, by=member_of(kiln, cast.mei), now=now)
    answer = send(guest, address, **fields)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "It is over." in page
    assert "湖滨路8号" in page
    assert "Pay ¥80" in page
    assert not Order.objects.exists()
    answer = send(guest, address, **(CHECKOUT | hidden(page)))  # the buyer confirms again
    assert answer.status_code == 302
    assert Order.objects.get().total_minor == 8000


def test_a_first_order_code_is_checked_by_the_guests_address(discount, order_with, cup, post, now):
    discount(first_only=True)
    order_with((cup, 1), email="guest@example.org", at=now)
    guest = client_of()
    address = add(guest, cup)["Location"]
    page = guest.get(address, {"code": "WELCOME", "country": "CN"}).content.decode()
    answer = send(guest, address, **(CHECKOUT | hidden(page)))
    assert answer.status_code == 409
    assert "for a first order" in answer.content.decode()


def test_a_form_with_a_mistake_keeps_the_code(discount, cup, post):
    discount()
    guest = client_of()
    address = add(guest, cup)["Location"]
    page = guest.get(address, {"code": "WELCOME", "country": "CN"}).content.decode()
    answer = send(guest, address, **(CHECKOUT | hidden(page) | {"email": "no"}))
    assert answer.status_code == 422
    assert "Pay ¥73.20" in answer.content.decode()


def test_a_shop_without_coupons_asks_for_no_code(cup, post):
    guest = client_of()
    page = guest.get(add(guest, cup)["Location"]).content.decode()
    assert "Coupons and codes" not in page


def test_the_basket_says_what_is_taken_off_and_what_would_be(discount, cup, post, cast):
    discount(kind=rules.AUTOMATIC, name="All the cups", percent_bp=1000)
    discount(kind=rules.MEMBER, name="Among us", amount_minor=700)
    guest = client_of()
    add(guest, cup)
    page = guest.get("/cart").content.decode()
    assert "All the cups" in page
    assert "-¥6.80" in page
    assert "It is for members of this community." in page
    jonas = client_of(cast.jonas)
    add(jonas, cup)
    page = jonas.get("/cart").content.decode()
    assert "-¥7" in page
    assert "Not together with “Among us”, which takes more off." in page


def test_the_order_says_what_was_taken_off_to_buyer_and_shop(
    discount, order_with, capture, cup, cast, kiln, now
):
    one = discount()
    order = order_with((cup, 1), person=cast.jonas, code="WELCOME", at=now)
    capture(order, at=now)
    page = client_of(cast.jonas).get(f"/orders/{order.number}").content.decode()
    assert "What was taken off" in page
    assert "¥6.80 taken off" in page
    page = client_of(cast.mei).get(url(kiln, "studio-order", no=order.number)).content.decode()
    assert url(kiln, "studio-discount", id=one.public_id) in page


# Taking


def test_a_member_takes_a_coupon_on_the_page_and_uses_it_at_the_till(
    discount, kiln, cast, cup, post
):
    one = discount(is_shown=True, most=3, name="For friends")
    page, take = url(kiln, "coupons"), url(kiln, "coupon-take", id=one.public_id)
    lan = client_of(cast.lan)
    assert page in lan.get(url(kiln, "shop")).content.decode()
    assert "Take this coupon" in lan.get(page).content.decode()
    assert "Take this coupon" not in client_of().get(page).content.decode()
    assert lan.post(take, keyed()).status_code == 302
    assert "Ready to use" in lan.get(page).content.decode()
    again = lan.post(take, keyed())
    assert again.status_code == 409
    assert "all the coupons that one buyer may have" in again.content.decode()
    till = lan.get(add(lan, cup)["Location"]).content.decode()
    assert "For friends" in till
    assert "?code=WELCOME" in till
    assert Coupon.objects.get().state == rules.CLAIMED  # looking wrote nothing
    assert "领取优惠券" in client_of(cast.jonas, "zh-hans").get(page).content.decode()


def test_strangers_take_nothing(discount, kiln, cast):
    one = discount(is_shown=True)
    take = url(kiln, "coupon-take", id=one.public_id)
    assert client_of(cast.rafe).post(take, keyed()).status_code == 403
    assert client_of().post(take, keyed()).status_code in (302, 303)
    assert not Coupon.objects.exists()


def test_a_shop_that_gives_nothing_out_links_no_coupons(discount, kiln, cast, member_of, now):
    shop, page = url(kiln, "shop"), url(kiln, "coupons")
    assert page not in client_of().get(shop).content.decode()
    one = discount(is_shown=True)
    assert page in client_of().get(shop).content.decode()
    planning.end(discount=one, by=member_of(kiln, cast.mei), now=now)
    assert page not in client_of().get(shop).content.decode()
    assert "No coupons at the moment" in client_of().get(page).content.decode()


# The studio


def test_the_shop_drafts_activates_and_ends_a_coupon(kiln, cast, cup):
    mei = client_of(cast.mei)
    new = url(kiln, "studio-discount-new")
    assert mei.get(new).status_code == 200
    answer = mei.post(new, typed(products=[cup.product_id], most=50))
    assert answer.status_code == 302
    one = Discount.objects.get()
    assert (one.code, one.percent_bp, one.products) == ("WELCOME", 1250, [cup.product_id])
    assert "12.5% off" in mei.get(answer["Location"]).content.decode()
    edit = url(kiln, "studio-discount-edit", id=one.public_id)
    assert 'value="12.5' in mei.get(edit).content.decode()
    assert mei.post(edit, typed(percent="", amount="5")).status_code == 302
    activate = url(kiln, "studio-discount-activate", id=one.public_id)
    assert mei.post(activate, keyed()).status_code == 302
    assert mei.post(activate, keyed()).status_code == 409
    assert mei.post(edit, typed()).status_code == 409
    assert "¥5 off" in mei.get(url(kiln, "studio-discounts")).content.decode()
    end = url(kiln, "studio-discount-end", id=one.public_id)
    assert mei.post(end, keyed()).status_code == 302
    assert mei.post(end, keyed()).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"percent": "", "amount": ""}, "a percentage or an amount"),
        ({"percent": "5", "amount": "5"}, "a percentage or an amount"),
        ({"percent": "101"}, "100"),
        ({"code": "a"}, "3 to 24 letters"),
        ({"ends_at": "2001-01-01T00:00"}, "It ends before it begins."),
        ({"name": ""}, "required"),
    ],
)
def test_a_form_that_makes_no_sense_is_shown_again_with_what_was_typed(kiln, cast, wrong, words):
    answer = client_of(cast.mei).post(
        url(kiln, "studio-discount-new"), typed(**({"name": "My dear"} | wrong))
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "name" in wrong or "My dear" in page
    assert not Discount.objects.exists()


def test_a_code_that_is_taken_is_said_beside_its_field(discount, kiln, cast):
    discount()
    answer = client_of(cast.mei).post(url(kiln, "studio-discount-new"), typed())
    assert answer.status_code == 422
    assert "Another coupon of this shop has this code." in answer.content.decode()


def test_the_studio_shows_uses_with_what_they_cost_and_takes_a_coupon_back(
    discount, order_with, capture, member_of, kiln, cast, cup, now
):
    one = discount(is_shown=True)
    order = order_with((cup, 1), person=cast.jonas, code="WELCOME", at=now)
    capture(order, at=now)
    held = coupons.take(discount=one, member=member_of(kiln, cast.lan), now=now)
    mei, page = client_of(cast.mei), url(kiln, "studio-discount", id=one.public_id)
    html = mei.get(page).content.decode()
    assert order.number in html
    assert "1 paid order, ¥6.80 taken off" in html
    revoke = url(kiln, "studio-coupon-revoke", id=held.public_id)
    assert mei.post(revoke, keyed()).status_code == 302
    assert mei.post(revoke, keyed()).status_code == 409
    held.refresh_from_db()
    assert held.state == rules.REVOKED


def test_the_shop_says_what_goes_together_on_one_page(discount, kiln, cast):
    discount()
    mei = client_of(cast.mei)
    to = url(kiln, "studio-discounts-together")
    assert mei.post(to, keyed(pairs=["member+coupon", "automatic+coupon"])).status_code == 302
    assert Together.objects.get().pairs == ["member+coupon", "automatic+coupon"]
    html = mei.get(url(kiln, "studio-discounts")).content.decode()
    assert re.search(r'value="member\+coupon"[^>]*checked', html)
    assert mei.post(to, keyed()).status_code == 302
    assert Together.objects.get().pairs == []


def test_who_does_not_run_campaigns_does_not_get_in(discount, kiln, cast):
    one = discount(active=False)
    for name, given in (
        ("studio-discounts", {}),
        ("studio-discount-new", {}),
        ("studio-discount", {"id": one.public_id}),
    ):
        page = url(kiln, name, **given)
        assert client_of(cast.kenji).get(page).status_code == 403  # a moderator
        for person in (cast.jonas, cast.rafe, cast.sol):
            assert client_of(person).get(page).status_code == 404
