"""A member's first post, from joining to deleting, and a moderator's answer to a report.

At 390 px, in both languages, with an eye on the console: nothing may be blocked or go wrong.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image

from banyan.communities import rules
from banyan.content.models import Comment, Like, Post
from tests.walks.eyes import note_fault

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "en": {
        "title": "First light", "words": "Brown at the rim", "comment": "How *hot* was it?",
        "hidden": "only you and the moderators see it", "reason": "Advertising or spam",
        "edited": "edited", "posted": "Posted.", "look": "One thing waits for somebody",
        "note": "Ask in the shop first", "undo": "Undo",
    },
    "zh-hans": {
        "title": "第一炉的光", "words": "口沿一圈棕色", "comment": "烧到了*多少*度？",
        "hidden": "只有你和管理员能看到", "reason": "广告或垃圾信息", "edited": "已编辑",
        "posted": "已发布。", "look": "有1件事在等人处理", "note": "请先在商店里问", "undo": "撤销",
    },
}  # fmt: skip


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (800, 1000), (150, 170, 150)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def pages(browser: Any, live_server: Any, client: Any) -> Iterator[Callable[..., Any]]:
    """A page of a signed-in person on a phone: pages(cast.dara, "en")."""
    opened, faults = [], []

    def open_page(person: Any, language: str) -> Any:
        client.force_login(person)
        context = browser.new_context(viewport={"width": 390, "height": 844})
        cookies = {
            "sessionid": client.cookies["sessionid"].value,
            "django_language": language,
        }
        context.add_cookies(
            [{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()]
        )
        client.cookies.clear()
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda fault: note_fault(faults, fault))
        page.on(
            "console", lambda m: faults.append(m.text) if "Content Security" in m.text else None
        )
        return page

    yield open_page
    for context in opened:
        context.close()
    assert not faults


@pytest.fixture
def jar(kiln: Any, now: Any) -> Any:
    from banyan.catalog.models import Product, Variant

    made = Product.objects.create(
        community=kiln, slug="moon-jar", handle="moon-jar", title="Moon jar", lang="en",
        second_title="月罐", second_lang="zh-Hans", state="published", price_from_minor=42000,
        published_at=now,
    )  # fmt: skip
    Variant.objects.create(community=kiln, product=made, price_minor=42000, on_hand=5)
    return made


def is_whole(page: Any) -> bool:
    """Nothing stands out sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_post_from_the_first_word_to_the_last_judgement(
    language: str, kiln: Any, cast: Any, jar: Any, pages: Any, live_server: Any, member_of: Any
) -> None:
    say, home = WORDS[language], f"{live_server.url}/kiln/"
    dara = pages(cast.dara, language)

    # Join
    dara.goto(home)
    dara.click(".hero a.btn.buy")
    for box in dara.query_selector_all("form input[type=checkbox]"):
        box.check()
    dara.click("form button.btn.buy")
    dara.wait_for_selector(".composer")
    assert member_of(kiln, cast.dara).state == rules.JOINED

    # A draft survives a reload
    dara.click(".composer .fake")
    dara.fill("[name=title]", say["title"])
    dara.fill("[name=body]", say["words"])
    dara.wait_for_timeout(600)
    dara.reload()
    assert dara.input_value("[name=title]") == say["title"]
    assert dara.input_value("[name=body]") == say["words"]

    # A photo with its description, a product found by search
    dara.set_input_files(
        "[name=photos]", {"name": "bowl.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    )
    dara.fill("[data-previews] input[name=alt]", "A bowl in the sun")
    dara.fill("main [name=q]", "moon")
    dara.check("[name=product][value=moon-jar]")
    assert is_whole(dara)
    dara.click(".form-acts button.btn.main")
    dara.wait_for_selector(".one-post")
    post = Post.objects.get()
    assert (post.title, post.lead, post.cover.alt) == (say["title"], jar, "A bowl in the sun")
    assert say["posted"] in dara.inner_text("#toasts")
    assert dara.locator(".in-post .product").count() == 1
    assert is_whole(dara)

    # The draft is gone, the card stands in the feed, and is liked there at once
    dara.goto(f"{home}new")
    assert dara.input_value("[name=title]") == dara.input_value("[name=body]") == ""
    dara.goto(home)
    like = dara.locator(f"#post-{post.oid} .like button")
    with dara.expect_response(lambda r: r.url.endswith("/like")):
        like.click()
    assert like.get_attribute("aria-pressed") == "true"
    dara.reload()
    assert like.get_attribute("aria-pressed") == "true"
    assert like.inner_text().strip().endswith("1")
    assert Like.objects.count() == 1
    assert is_whole(dara)

    # Edit
    dara.goto(f"{home}p/{post.oid}")
    dara.click(".one-post .menu > summary")
    dara.click(".one-post .menu-box a")
    dara.fill("[name=title]", say["title"] + " 2")
    dara.click(".form-acts button.btn.main")
    dara.wait_for_selector(".one-post")
    assert say["edited"] in dara.inner_text(".one-post header")

    # Jonas comments and reports
    jonas = pages(cast.jonas, language)
    jonas.goto(f"{home}p/{post.oid}")
    jonas.fill("#write [name=body]", say["comment"])
    jonas.click("#write button.btn.main")
    jonas.wait_for_selector(".comment em")
    comment = Comment.objects.get()
    jonas.click(".one-post .menu > summary")
    jonas.click(".one-post .menu-box a")
    jonas.check("[name=reason][value=spam]")
    jonas.fill("[name=note]", "Hm")
    assert is_whole(jonas)
    jonas.click(".form-acts button.btn.main")
    jonas.wait_for_selector(".one-post")

    # Dara answers; the answer stands in the thread
    dara.goto(f"{home}p/{post.oid}")
    dara.click(f"#comment-{comment.oid} a.act[href*='reply=']")
    dara.wait_for_url("**reply=**")
    dara.fill("#write [name=body]", "1,260°")
    dara.click("#write button.btn.main")
    dara.wait_for_selector(".comment.answer")

    # Kenji hides it; Dara reads why, others find nothing; Kenji shows it again
    kenji = pages(cast.kenji, language)
    kenji.goto(f"{live_server.url}/studio/kiln/content")
    assert say["look"] in kenji.inner_text(".hello")
    kenji.click(".item details.why > summary")
    kenji.fill(".item [name=words]", say["note"])
    assert is_whole(kenji)
    kenji.click(".item details.why .form-acts button")
    kenji.wait_for_selector(".toast")
    jonas.goto(f"{home}p/{post.oid}")
    assert not jonas.locator(".one-post").count()
    dara.reload()
    told = dara.inner_text(".one-post .note")
    assert say["hidden"] in told
    assert say["reason"] in told
    assert say["note"] in told
    kenji.goto(f"{live_server.url}/studio/kiln/content?tab=hidden")
    kenji.click(".item .acts form button.btn.main")
    kenji.wait_for_selector(".toast")
    jonas.reload()
    jonas.wait_for_selector(".one-post")

    # Delete, undo, delete
    dara.goto(f"{home}p/{post.oid}")
    for undo in (True, False):
        dara.click(".one-post .menu > summary")
        dara.click(".one-post .menu-box form button")
        dara.wait_for_selector(".toast form")
        if undo:
            dara.click(".toast form button")
            dara.wait_for_selector(".one-post")
    post.refresh_from_db()
    assert post.state == "deleted"
    jonas.reload()
    assert not jonas.locator(".one-post").count()


def test_a_post_goes_out_while_the_shop_is_still_being_searched(
    kiln: Any, cast: Any, jar: Any, pages: Any, live_server: Any
) -> None:
    jonas, waiting = pages(cast.jonas, "en"), []
    jonas.route("**/new/products*", lambda route: waiting.append(route))  # never answered
    jonas.goto(f"{live_server.url}/kiln/new")
    jonas.fill("[name=title]", "Impatient")
    jonas.fill("[name=body]", "Sent at once")
    with jonas.expect_request("**/new/products*"):
        jonas.fill("main [name=q]", "moon")
    jonas.click(".form-acts button.btn.main")
    jonas.wait_for_selector(".one-post")
    assert waiting
    assert Post.objects.get().title == "Impatient"
