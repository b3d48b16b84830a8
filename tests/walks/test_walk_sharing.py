"""On a phone: what a member shares brings a buyer, who uses a coupon, reviews, and sends one back.

The sharer's commission is held, falls with what came back, clears and is paid out; every page says
who earns. In both languages, through the real sandbox.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from banyan.core.jobs import run_due
from banyan.culture import actions as culture
from banyan.ledger.queries import trial_balance
from banyan.orders.models import Order
from banyan.pricing.models import Coupon
from banyan.reviews.models import Review
from banyan.sellers.models import Book
from banyan.sharing import rules
from banyan.sharing.actions import clearing
from banyan.sharing.models import Attribution, Commission, Link, Touch

from .eyes import english_in, markup_in
from .test_walk_buy import phone, shelf
from .test_walk_post import is_whole, jpeg
from .world import world

__all__ = ["phone", "shelf", "world"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_poster_brings_a_buyer_and_the_commission_follows_what_is_kept(
    language: str, kiln: Any, cast: Any, shelf: Any, phone: Any, live_server: Any, sandbox: Any,
    settings: Any,
) -> None:  # fmt: skip
    settings.SITE_URL = live_server.url
    home, studio = f"{live_server.url}/kiln", f"{live_server.url}/studio/kiln"
    culture.join(community=kiln, person=cast.dara, version=1, now=timezone.now())

    def look(page: Any) -> None:
        assert is_whole(page)
        assert markup_in(page) == []
        if language == "zh-hans":
            assert english_in(page) == []

    # The shop offers eight percent to whoever shares, and ten percent off by a code
    mei = phone(cast.mei, language)
    mei.goto(f"{studio}/commission")
    look(mei)
    mei.fill("[name=rate_bp]", "8")
    mei.fill("[name=hold_days]", "14")
    mei.click(".form button.main")
    mei.wait_for_selector("form[action$='/end']")
    look(mei)
    mei.goto(f"{studio}/discounts/new")
    mei.fill("[name=name]", "见面礼")
    mei.fill("[name=code]", "welcome")
    mei.fill("[name=percent]", "10")
    mei.click(".form-acts button.main")
    mei.wait_for_selector("form[action$='/activate'] button")
    look(mei)
    mei.click("form[action$='/activate'] button")
    mei.wait_for_selector("form[action$='/end'] button", state="attached")

    # Lan accepts, and shares the bowl: links of her own, and a poster
    lan = phone(cast.lan, language)
    lan.goto(f"{home}/sharing")
    look(lan)
    lan.click("form[action$='/accept'] button")
    lan.wait_for_selector("form[action$='/leave']")
    lan.goto(f"{home}/shop/bowl")
    lan.click("form.share-it button")
    lan.wait_for_selector(".poster-and-words img")
    look(lan)
    picture = lan.locator(".poster-and-words img")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 1080, timeout=60_000)
    poster = Link.objects.get(channel=rules.POSTER)

    # Dara scans it: who shared it stands there, and that they earn
    dara = phone(cast.dara, language)
    dara.goto(f"{live_server.url}/s/{poster.code}")
    dara.wait_for_selector(".sent-by")
    look(dara)
    assert cast.lan.name in dara.inner_text(".sent-by")
    dara.select_option("#quantity", "2")
    dara.click("button[name=do][value=buy]")
    dara.wait_for_url("**/checkout/*")

    # A code that is none loses nothing; the right one takes ten percent off two bowls
    dara.fill("#code", "HELLO")
    dara.click(".code-form button")
    dara.wait_for_selector(".code-off")
    look(dara)
    dara.fill("#code", "WELCOME")
    dara.click(".code-form button")
    dara.wait_for_selector(".code-on")
    look(dara)
    assert "134.4" in dara.inner_text("#summary .total")  # 2 x 68, less 13.60, and 12 for the post
    dara.fill("[name=name]", "达拉")
    dara.fill("[name=line1]", "湖滨路8号")
    dara.fill("[name=city]", "杭州")
    dara.click("#bar button.buy")
    dara.locator("button[value=approve]").click()
    dara.wait_for_url("**/orders/**")
    dara.wait_for_selector(".path")
    order = Order.objects.get()
    assert order.total_minor == 13440
    assert Attribution.objects.get(order=order).link_id == poster.pk
    assert Coupon.objects.get().state == "used"
    assert Touch.objects.get().link_id == poster.pk

    # Packed, sent, received: eight percent of what the bowls cost are held
    mei.goto(f"{studio}/orders/{order.number}")
    look(mei)
    mei.click("form[action$='/pack'] button")
    mei.wait_for_selector("form[action$='/ship'] button.main")
    mei.click("form[action$='/ship'] button")
    mei.wait_for_selector("form[action$='/receive']")
    dara.reload()
    dara.click("form[action*='/received'] button")
    dara.wait_for_selector(".to-review")
    look(dara)
    lan.goto(f"{home}/sharing")
    look(lan)
    assert "9.79" in lan.inner_text("#main")  # of 122.40

    # Dara says what it is like, with a photo; Jonas finds it helpful, the shop answers
    dara.click(".to-review a.btn")
    dara.wait_for_selector(".star-choice")
    look(dara)
    dara.locator(".five label").nth(3).click()
    dara.fill("[name=body]", "比照片里小一点，正好装一碗粥。")
    photo = {"name": "bowl.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    dara.set_input_files("[name=photos]", photo)
    dara.click(".compose .form-acts button.main")
    dara.wait_for_selector(".reviews li")
    look(dara)
    jonas = phone(cast.jonas, language)
    jonas.goto(f"{home}/shop/bowl/reviews")
    look(jonas)
    assert jonas.locator(".reviews .shots img").count() == 1
    jonas.click(".reviews form[action$='/helpful'] button")
    jonas.wait_for_selector(".reviews form[action$='/helpful'] [aria-pressed=true]")
    mei.goto(f"{studio}/reviews")
    look(mei)
    mei.click("#main li summary, #main article summary")
    mei.fill("[name=answer], [name=body]", "大一号的下周出窑。")
    mei.click("form[action$='/answer'] button.main")
    mei.wait_for_selector("form[action$='/unanswer']")
    look(mei)
    said = Review.objects.get()
    assert (said.stars, said.answer, said.helpful_count) == (4, "大一号的下周出窑。", 1)

    # One bowl goes back: half of the commission with it
    mei.goto(f"{studio}/orders/{order.number}")
    mei.click("a[href$='/refund']")
    mei.wait_for_selector(".choose")
    mei.select_option(".choose li:first-child select", "1")
    mei.click(".choose button.main")
    mei.wait_for_selector("form button.buy")
    assert "61.2" in mei.inner_text("form button.buy")
    mei.click("form button.buy")
    mei.wait_for_url(f"**/orders/{order.number}")
    run_due()
    sandbox.settle()
    one = Commission.objects.get()
    assert (one.accrued_minor, one.left.minor) == (979, 489)
    lan.reload()
    look(lan)
    assert "4.89" in lan.inner_text("#main")

    # Fourteen days later it is hers, and the shop pays it out
    clearing.clear_due(now=timezone.now() + timedelta(days=15))
    run_due()
    mei.goto(f"{studio}/commission")
    look(mei)
    mei.click(".payee summary")
    mei.fill("[name=amount]", "500")
    mei.click("form[action$='/payout'] button.main")
    mei.wait_for_selector(".payee .errors")  # there is not so much
    look(mei)
    mei.fill("[name=amount]", "4.89")
    mei.click("form[action$='/payout'] button.main")
    mei.click("#payouts form[action$='/done'] button")
    mei.wait_for_selector("#payouts form[action$='/done']", state="detached")
    look(mei)
    lan.goto(f"{home}/sharing")
    look(lan)
    assert lan.locator(".pay-row").count() == 1
    lan.goto(f"{live_server.url}/wallet")
    look(lan)
    assert "4.89" in lan.inner_text("#main")
    assert not any(trial_balance(Book.objects.get(community=kiln)).values())
    assert mail.outbox


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_doubted_order_is_answered_by_its_sharer_and_let_count(
    language: str, world: Any, phone: Any, live_server: Any, settings: Any
) -> None:
    settings.SITE_URL = live_server.url
    home, studio = f"{live_server.url}/kiln", f"{live_server.url}/studio/kiln"

    def look(page: Any) -> None:
        assert is_whole(page)
        assert markup_in(page) == []
        if language == "zh-hans":
            assert english_in(page) == []

    lan = phone(world.cast.lan, language)
    lan.goto(f"{home}/sharing")
    expect(lan.locator("#doubts .reasons li").first).to_be_visible()
    look(lan)
    lan.click("#doubts summary")
    lan.click("#doubts form button")  # nothing said: told beside the field, and still open
    expect(lan.locator("#doubts [name=appeal]")).to_have_attribute("aria-invalid", "true")
    look(lan)
    lan.fill("#doubts [name=appeal]", "我和姐姐住在一起")
    lan.click("#doubts form button")
    expect(lan.locator("#doubts")).to_contain_text("我和姐姐住在一起")
    expect(lan.locator("#doubts form")).to_have_count(0)
    look(lan)

    mei = phone(world.cast.mei, language)
    mei.goto(f"{studio}/today")
    mei.click("#need-doubts .acts a")
    expect(mei.locator("#doubts")).to_contain_text("我和姐姐住在一起")
    look(mei)
    mei.click("#doubts form[action$='/counts'] button")
    expect(mei.locator("#doubts")).to_have_count(0)
    world.doubt.refresh_from_db()
    assert world.doubt.state == rules.COUNTS
