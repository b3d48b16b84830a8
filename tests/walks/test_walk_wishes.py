"""On a phone: a stranger asks for what is sold out, the shop makes more, and it is in the basket.

Then a wish falls in price for more than an hour, and is told once. In both languages.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from banyan.catalog.models import Variant
from banyan.core.jobs import run_due
from banyan.wishes import rules
from banyan.wishes.actions import waiting, watching
from banyan.wishes.models import Wait, Wish

from .eyes import english_in, note_fault
from .test_walk_buy import phone, shelf
from .test_walk_post import is_whole

__all__ = ["phone", "shelf"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAID = {
    "en": {"back": "It is back in the shop", "less": "It costs less now", "by": "less"},
    "zh-hans": {"back": "又有货了", "less": "现在降价了", "by": "便宜了"},
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_asked_for_restocked_told_and_bought_and_a_fall_in_price_is_told(
    language: str, kiln: Any, cast: Any, shelf: Any, phone: Any, live_server: Any, settings: Any,
) -> None:  # fmt: skip
    settings.SITE_URL = live_server.url
    Variant.objects.filter(product__slug="jar").update(on_hand=0)
    said, shop, faults = SAID[language], f"{live_server.url}/kiln/shop", []

    def look(page: Any) -> None:
        assert is_whole(page)
        if language == "zh-hans":
            assert english_in(page) == []

    # A stranger asks to hear of the jar, signs in, and is in the queue
    jonas = phone(None, language)
    jonas.on("pageerror", lambda fault: note_fault(faults, fault))
    jonas.goto(f"{shop}/jar")
    look(jonas)
    jonas.click("#wish .wish-ask button")
    jonas.wait_for_url("**/accounts/login/**")
    jonas.fill("[name=login]", cast.jonas.email)
    jonas.fill("[name=password]", "a-long-password")
    jonas.press("[name=password]", "Enter")
    jonas.wait_for_url("**/kiln/shop/jar")
    jonas.wait_for_selector("#wish .wish-wait")
    look(jonas)
    assert Wait.objects.get().state == rules.WAITING

    # The bowl goes on the list, in place; from there it is watched
    jonas.goto(f"{shop}/bowl")
    jonas.click("#wish-mark")
    jonas.wait_for_selector("#wish-mark.is-on")
    look(jonas)
    jonas.click("#wish a.link")
    jonas.wait_for_url("**/kiln/wishes")
    look(jonas)
    jonas.click(".wishes form[action$='/wish/price'] button")
    jonas.wait_for_selector(".wishes .told")
    look(jonas)

    # The shop sees no numbers below five, makes two jars and lowers the bowl's price
    mei = phone(cast.mei, language)
    for slug, column, value in (("jar", "stock", "2"), ("bowl", "price", "60")):
        variant = Variant.objects.select_related("product").filter(product__slug=slug)[0]
        mei.goto(f"{live_server.url}/studio/kiln/catalog/{variant.product.oid}")
        mei.wait_for_selector("#wishes")
        look(mei)
        assert not any(sign.isdigit() and sign != "5" for sign in mei.inner_text("#wishes dl"))
        mei.fill(f"[name={column}-{variant.pk}]", value)
        mei.click("#variants button.main")
        mei.wait_for_selector(".toast")
    now = timezone.now()
    assert waiting.tell_next(now=now) == 1
    run_due()

    # The notice leads to the jar, and it goes into the basket
    jonas.goto(f"{live_server.url}/me/notices")
    look(jonas)
    jonas.locator(".told button.open", has_text=said["back"]).click()
    jonas.wait_for_url("**/kiln/shop/jar")
    look(jonas)
    jonas.click("button[name=do][value=add]")
    jonas.wait_for_url("**/cart")
    assert "420" in jonas.inner_text(".goods")

    # An hour later the lower price is told, once; the list says by how much
    assert watching.look_at_prices(now=now) == 0
    assert watching.look_at_prices(now=now + timedelta(minutes=61)) == 1
    run_due()
    jonas.goto(f"{live_server.url}/me/notices")
    look(jonas)
    jonas.locator(".told button.open", has_text=said["less"]).click()
    jonas.wait_for_url("**/kiln/shop/bowl")
    jonas.goto(f"{live_server.url}/kiln/wishes")
    look(jonas)
    assert said["by"] in jonas.inner_text(".wishes .then")
    jonas.click(".wishes .off-it button")
    jonas.wait_for_selector(".wishes .off")
    look(jonas)
    assert Wish.objects.get().state == rules.TAKEN_OFF
    assert faults == []
