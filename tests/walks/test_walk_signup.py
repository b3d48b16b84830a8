"""From a stranger to a community: sign up by code, password and passkey; found; join; take the data
along; be erased. On a phone, in both languages, with an eye on the console."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail

from banyan.communities.models import Community, Member
from banyan.core.jobs import run_due
from banyan.people.models import Person
from tests.walks.eyes import note_fault

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "en": {
        "sign in": "Sign in", "make": "Make an account", "go on": "Go on", "next": "Next",
        "plant": "Plant it", "with password": "I would like a password too",
        "member": "You’re a member",
        "join": "Join", "name": "Rain Club", "passkey": "With a passkey", "make it": "Make it",
        "use passkey": "Use a passkey", "file": "Make my file", "ready": "Your file is ready",
        "download": "Download", "erase": "Erase me for good", "sign out": "Sign out",
    },
    "zh-hans": {
        "sign in": "登录", "make": "注册账号", "go on": "继续", "next": "下一步",
        "plant": "种下它", "with password": "我也想设一个密码", "member": "你是成员",
        "join": "加入", "name": "听雨社", "passkey": "用通行密钥", "make it": "生成",
        "use passkey": "用通行密钥", "file": "生成我的文件", "ready": "你的文件好了",
        "download": "下载", "erase": "彻底注销我的账号", "sign out": "退出登录",
    },
}  # fmt: skip


@pytest.fixture
def phone(browser: Any, live_server: Any) -> Iterator[Callable[[str], Any]]:
    """A fresh phone of somebody nobody knows: phone("en")."""
    contexts, faults = [], []

    def fresh(language: str) -> Any:
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, base_url=live_server.url, accept_downloads=True
        )
        context.add_cookies(
            [{"name": "django_language", "value": language, "url": live_server.url}]
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda fault: note_fault(faults, fault))
        page.on("console", lambda m: faults.append(m.text) if "Content Sec" in m.text else None)
        return page

    yield fresh
    for context in contexts:
        context.close()
    assert not faults


def code_for(email: str) -> str:
    """The code in the newest mail to an address."""
    newest = [message for message in mail.outbox if message.to == [email]][-1]
    return re.search(r"^    (\S+)$", newest.body, re.MULTILINE)[1]


def has_no_sideways_scroll(page: Any) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def press(page: Any, label: str) -> None:
    page.wait_for_load_state("load")  # the keys' own scripts must have taken hold of their buttons
    page.locator("main").get_by_role("button", name=label, exact=True).first.click()


def follow(page: Any, label: str) -> None:
    page.locator("main").get_by_role("link", name=label, exact=True).first.click()


def sign_up(page: Any, words: dict[str, str], email: str, name: str, password: str = "") -> None:
    """From the page of making an account to the first page with a name."""
    page.locator("main input[name=email]").fill(email)
    if password:
        page.get_by_text(words["with password"]).click()
        page.locator("input[name=password1]").fill(password)
    press(page, words["go on"])
    page.locator("input[name=code]").wait_for()
    page.locator("input[name=code]").fill(code_for(email))
    press(page, words["go on"])
    page.locator("input[name=name]").fill(name)
    assert has_no_sideways_scroll(page)
    press(page, words["go on"])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_stranger_founds_a_place_and_another_joins_it(
    language: str, phone: Callable[[str], Any]
) -> None:
    words = WORDS[language]
    # By code alone, and straight on to founding.
    founder = phone(language)
    founder.goto("/start")
    follow(founder, words["make"])
    sign_up(founder, words, "mei@example.org", "Mei Lin")
    founder.wait_for_url("**/start")
    founder.locator("[name=name]").fill(words["name"])
    founder.locator("[name=slug]").fill("rain")
    founder.locator(".slug-state.free").wait_for()
    founder.locator("[name=purpose]").fill("People who like being indoors when it rains.")
    press(founder, words["next"])
    assert has_no_sideways_scroll(founder)
    founder.locator("[name=brand_h]").fill("240")
    press(founder, words["next"])
    founder.locator("label.choice").first.click()
    press(founder, words["next"])
    founder.locator("[name=values]").fill("Slowness\nWarm socks")
    press(founder, words["next"])
    press(founder, words["plant"])
    founder.wait_for_url("**/rain/")
    assert words["name"] in founder.locator(".hero h1").inner_text()
    assert "Warm socks" in founder.content()
    assert has_no_sideways_scroll(founder)

    # With a password; joins by saying yes to the charter.
    guest = phone(language)
    guest.goto("/rain/")
    follow(guest, words["join"]) if guest.locator("main a.buy").count() else guest.locator(
        ".hero a.buy"
    ).click()
    follow(guest, words["make"])
    sign_up(guest, words, "jonas@example.org", "Jonas", password="a-long-pass-phrase")
    guest.wait_for_url("**/rain/join")
    guest.locator("input[name=accept]").check()
    press(guest, words["join"])
    guest.wait_for_url("**/rain/")
    assert words["member"] in guest.content()
    assert Community.objects.get(slug="rain").member_count == 2

    # Everything in one file, made in the background.
    guest.goto("/me/privacy")
    assert has_no_sideways_scroll(guest)
    press(guest, words["file"])
    guest.wait_for_url("**/me/privacy/export/*")
    run_due()
    guest.get_by_role("heading", name=words["ready"]).wait_for()  # the page notices by itself
    with guest.expect_download() as coming:
        follow(guest, words["download"])
    archive = zipfile.ZipFile(coming.value.path())
    (me,) = json.loads(archive.read("data/people.person.json"))
    assert (me["email"], me["name"]) == ("jonas@example.org", "Jonas")

    # And gone.
    guest.goto("/me/privacy/erase")  # what comes next matters, so it asks once more
    guest.locator("input[name=password]").fill("a-long-pass-phrase")
    press(guest, words["go on"])
    guest.locator("input[name=typed]").fill("jonas@example.org")
    press(guest, words["erase"])
    guest.wait_for_url("**/discover")
    assert not Person.objects.filter(email="jonas@example.org").exists()
    assert Member.objects.get(person__erased_at__isnull=False).state == "left"
    guest.goto("/accounts/login/")
    guest.locator("input[name=login]").fill("jonas@example.org")
    guest.locator("input[name=password]").fill("a-long-pass-phrase")
    press(guest, words["sign in"])
    guest.locator(".errors").wait_for()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_passkey_makes_an_account_and_lets_its_owner_in(
    language: str, phone: Callable[[str], Any], live_server: Any
) -> None:
    words = WORDS[language]
    page = phone(language)
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                "hasUserVerification": True, "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip
    page.goto("/accounts/signup/?next=/discover")
    follow(page, words["passkey"])
    page.locator("main input[name=email]").fill("dara@example.org")
    press(page, words["go on"])
    page.locator("input[name=code]").fill(code_for("dara@example.org"))
    press(page, words["go on"])
    press(page, words["make it"])
    page.locator("main form input[name=name]:visible").wait_for()
    if "hello" not in page.url:
        page.wait_for_url("**/me/hello*")
    page.locator("input[name=name]").fill("Dara")
    press(page, words["go on"])
    page.wait_for_url("**/discover")

    page.context.clear_cookies(name="sessionid")
    page.goto("/me")
    page.wait_for_url(re.compile("/accounts/login/"))
    press(page, words["use passkey"])
    page.wait_for_url("**/me")
    assert page.locator("input[name=name]").input_value() == "Dara"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_without_javascript_the_same_form_founds_a_place(
    language: str, browser: Any, live_server: Any, client: Any, cast: Any
) -> None:
    client.force_login(cast.mei, backend="banyan.people.backends.PasswordBackend")
    context = browser.new_context(
        java_script_enabled=False, base_url=live_server.url, viewport={"width": 390, "height": 844}
    )
    cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": language}
    context.add_cookies(
        [{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()]
    )
    page = context.new_page()
    page.goto("/start")
    page.locator("[name=name]").fill("Rain Club")
    page.locator("[name=slug]").fill("me")  # reserved: nothing typed is lost
    page.locator("[name=purpose]").fill("Indoors when it rains.")
    page.locator("[name=interests]").first.check()
    page.locator(".submit-all").click()
    assert page.locator(".errors").count() == 1
    assert page.locator("[name=purpose]").input_value() == "Indoors when it rains."
    page.locator("[name=slug]").fill("rain")
    page.locator(".submit-all").click()
    page.wait_for_url("**/rain/")
    context.close()
