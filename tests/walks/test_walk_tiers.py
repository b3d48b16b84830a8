"""On a phone: a member joins a paid level, reads on in a post, pays less, lets the term run out.

It stays open for seven days with reminders, closes, and opens again once it is paid. In both
languages, through the real sandbox; every stop is looked at.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from banyan.content.actions import post as posts
from banyan.content.models import Post
from banyan.core.jobs import run_due
from banyan.ledger.queries import balance, trial_balance
from banyan.pricing.actions import planning
from banyan.sellers.models import Book
from banyan.tiers import rules
from banyan.tiers.actions import inner, lasting, offering
from banyan.tiers.models import Subscription, Tier

from .eyes import english_in
from .test_walk_buy import phone, shelf
from .test_walk_post import is_whole

__all__ = ["phone", "shelf"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
INSIDE = "骨灰釉里草木灰占九成。"
WORDS = {
    "en": {
        "shut": "The post goes on for members of this level.", "until": "Paid until",
        "ask": "Pay ¥30 for another month", "grace": "Everything stays open until",
        "over": "has run out", "why": "It is for members of “窑友”.",
        "told": ["Your membership ends within days", "Your membership waits for its payment",
                 "Your membership has run out"],
        "back": "¥30 goes back",
    },
    "zh-hans": {
        "shut": "后面的内容留给这一等级的会员。", "until": "已付到", "ask": "续费一个月：¥30",
        "grace": "之前一切照旧", "over": "现在已过期", "why": "只给“窑友”会员。",
        "told": ["你的会员几天后到期", "你的会员等待续费", "你的会员已过期"], "back": "退回",
    },
}  # fmt: skip


@pytest.fixture
def level(kiln: Any, shelf: Any, cast: Any, member_of: Any) -> Tier:
    """窑友 for 30 a month; a tenth off in the shop, and a post with more inside."""
    now, mei = timezone.now(), member_of(kiln, cast.mei)
    tier = offering.make(
        by=mei, now=now, name="窑友", words="看开窑，先挑。", level=1, month_minor=3000,
        year_minor=None, trial_days=0,
    )  # fmt: skip
    offering.turn(tier=tier, to=rules.ON, by=mei, now=now)
    price = planning.draft(
        by=mei, now=now, kind="member", name="会员价", percent_bp=1000, tier=tier,
        starts_at=now - timedelta(hours=1),
    )  # fmt: skip
    planning.activate(discount=price, by=mei, now=now)
    post = posts.publish(author=mei, title="灰釉", body="先过两遍筛。", now=now)
    inner.write(post=post, tier=tier, body=INSIDE, by=mei, now=now)
    return tier


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_level_is_joined_runs_out_closes_and_opens_again_when_paid(
    language: str, kiln: Any, cast: Any, level: Tier, phone: Any, live_server: Any, sandbox: Any,
    settings: Any,
) -> None:  # fmt: skip
    settings.SITE_URL = live_server.url
    words, base = WORDS[language], live_server.url
    post, book = Post.objects.get(title="灰釉"), Book.objects.get(community=kiln)
    jonas = phone(cast.jonas, language)

    def see(path: str, page: Any = None) -> str:
        page = page or jonas
        page.goto(base + path)
        assert is_whole(page)
        if language == "zh-hans":
            assert english_in(page) == []
        return str(page.inner_text("body"))

    def sum_of_basket() -> str:
        see("/cart")
        return str(jonas.inner_text(".totals .total"))

    def pay(do: str) -> None:
        """Press what it costs, pay at the provider, come back to the page."""
        jonas.locator(f"form[action='/kiln/tiers/{level.oid}/{do}'] button").click()
        jonas.locator("button[value=approve]").click()
        jonas.wait_for_url("**/kiln/tiers*")
        jonas.wait_for_selector(".tier-mine")
        run_due()

    # What is inside is closed, the price is the common one, and both say the way.
    said = see(f"/kiln/p/{post.oid}")
    assert words["shut"] in said
    assert INSIDE not in said
    see("/kiln/shop/jar")
    jonas.click("button[name=do][value=add]")
    jonas.wait_for_url("**/cart")
    assert "432" in sum_of_basket()
    assert words["why"] in jonas.inner_text("body")

    # He joins from the post.
    see(f"/kiln/p/{post.oid}")
    jonas.click(".inner-part a.btn")
    jonas.wait_for_url("**/kiln/tiers")
    assert is_whole(jonas)
    pay("join")
    said = see("/kiln/tiers")
    assert words["until"] in said
    assert INSIDE in see(f"/kiln/p/{post.oid}")
    assert "390" in sum_of_basket()  # 420 - 42 + 12
    assert balance(book, "membership").minor == 0

    # The term runs out unpaid: seven days of grace, then it is closed.
    one = Subscription.objects.get()
    start = timezone.now()
    for days in range(27, 32):
        lasting.settle_due(now=start + timedelta(days=days))
    run_due()
    one.refresh_from_db()
    assert one.state == rules.GRACE
    said = see("/kiln/tiers")
    assert words["grace"] in said
    assert words["ask"] in said
    assert INSIDE in see(f"/kiln/p/{post.oid}")
    for days in range(32, 40):
        lasting.settle_due(now=start + timedelta(days=days))
    run_due()
    said = see("/me/notices")
    for one_said in words["told"]:
        assert one_said in said
    assert words["over"] in see("/kiln/tiers")
    assert words["shut"] in see(f"/kiln/p/{post.oid}")
    assert "432" in sum_of_basket()
    assert balance(book, "membership").minor == 3000

    # He pays, and it is open again; the operator sees it and ends it with the days paid back.
    see("/kiln/tiers")
    pay("renew")
    assert INSIDE in see(f"/kiln/p/{post.oid}")
    mei = phone(cast.mei, language)
    assert "Jonas" in see("/studio/kiln/tiers", mei)
    mei.click("#members summary")
    mei.click("#members form button")
    mei.wait_for_selector("#toasts .toast, .toast")
    one.refresh_from_db()
    assert one.state == rules.ENDED
    assert words["shut"] in see(f"/kiln/p/{post.oid}")
    run_due()
    assert balance(book, "membership").minor == 3000
    assert not any(trial_balance(book).values())
