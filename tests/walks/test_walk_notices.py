"""Jonas presses “Remind me”, Lan answers him, and his browser shows it.

The push service is our own (banyan/outreach/tests/push_service.py): it checks who sends and opens
the message with the browser's keys. Chromium's own push needs Google's service, so two ends are
joined by hand: `pushManager.subscribe` answers with our service's subscription, and what the
service has opened is given to the worker by the browser's own door for it
(ServiceWorker.deliverPushMessage). The rest is real: permission, worker, switch, job, sealing,
the notification that stands in the browser.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from banyan.content.actions import comment as comments
from banyan.content.actions import post as posts
from banyan.core.jobs import run_due
from banyan.outreach.models import Device, Habits, Switch
from banyan.outreach.tests.push_service import running

from .eyes import english_in, note_fault, sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STAND_IN = """(given) => {
  const bytes = (text) => Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)).buffer;
  window.pressed = 0;
  PushManager.prototype.getSubscription = async () => null;
  PushManager.prototype.subscribe = async (options) => {
    if (!options.userVisibleOnly || options.applicationServerKey.length !== 65)
      throw new Error("not as it should be");
    window.pressed += 1;
    return { endpoint: given.endpoint, getKey: (name) => bytes(given[name]) };
  };
}"""


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("zh-hans", 390)])
def test_remind_me_then_an_answer_rings(
    language: str, width: int, kiln: Any, cast: Any, member_of: Any, browser: Any,
    live_server: Any, settings: Any,
) -> None:  # fmt: skip
    base = live_server.url.replace("127.0.0.1", "localhost")
    settings.SITE_URL = base
    os.environ.setdefault("NO_PROXY", "127.0.0.1,localhost")
    cast.jonas.language = language
    cast.jonas.save()
    Habits.objects.create(person=cast.jonas, quiet_from=0, quiet_until=0)
    now = timezone.now()
    post = posts.publish(author=member_of(kiln, cast.jonas), title="早上的杯子", now=now)
    with running() as service:
        settings.PUSH_HOSTS = [service.place]
        inner = service.browser()
        context = browser.new_context(viewport={"width": width, "height": 900})
        client = Client()
        client.force_login(cast.jonas)
        context.add_cookies(
            [
                {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base},
                {"name": "django_language", "value": language, "url": base},
            ]
        )
        given = {"endpoint": inner.endpoint, "p256dh": inner.p256dh, "auth": inner.auth}
        context.add_init_script(f"({STAND_IN})({json.dumps(given)})")
        page = context.new_page()
        page.set_default_timeout(30_000)
        faults: list[str] = []
        page.on("pageerror", lambda fault: note_fault(faults, fault))

        # The page asks nothing by itself
        page.goto(f"{base}/me/notices/settings")
        page.wait_for_selector("[data-remind]:not([hidden])")
        assert page.evaluate("window.pressed") == 0
        assert sideways(page) == []
        if language != "en":
            assert english_in(page) == []

        # After the press it is asked once, and the switch is on
        context.grant_permissions(["notifications"], origin=base)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.click("[data-remind] button")
        page.wait_for_selector(".toast")
        assert page.evaluate("window.pressed") == 1
        assert Device.objects.get().person == cast.jonas
        assert Switch.objects.get(person=cast.jonas, channel="push").is_on

        # Lan answers; the job seals it, the service opens it
        comments.comment(post=post, author=member_of(kiln, cast.lan), body="好看！", now=now)
        run_due()
        (heard,) = service.heard
        said = "Lan answered you" if language == "en" else "Lan回复了你"
        assert heard["title"] == said

        # The browser's worker shows it
        tools = context.new_cdp_session(page)
        known: list[dict[str, Any]] = []
        tools.on(
            "ServiceWorker.workerRegistrationUpdated", lambda e: known.extend(e["registrations"])
        )
        tools.send("ServiceWorker.enable")
        page.wait_for_timeout(200)
        assert known
        tools.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": base,
                "registrationId": known[-1]["registrationId"],
                "data": json.dumps(heard),
            },
        )
        shown: list[dict[str, str]] = []
        for _try in range(50):
            shown = page.evaluate(
                "navigator.serviceWorker.ready.then(r => r.getNotifications())"
                ".then(all => all.map(n => ({title: n.title, body: n.body, url: n.data.url})))"
            )
            if shown:
                break
            page.wait_for_timeout(100)
        assert shown[0]["title"] == said
        assert "早上的杯子" in shown[0]["body"]

        # And it stands on the page, where one press leads to it
        page.goto(f"{base}/")
        page.click("header.top a[href='/me/notices']")
        assert sideways(page) == []
        if language != "en":
            assert english_in(page) == []
        page.click(".told .open")
        page.wait_for_url("**/kiln/p/**")
        assert page.locator("header.top a[href='/me/notices'] .badge").count() == 0
        assert faults == []
        context.close()


def test_without_a_connection_what_was_read_stays_and_the_wallet_does_not(
    kiln: Any, cast: Any, member_of: Any, browser: Any, live_server: Any
) -> None:
    base = live_server.url.replace("127.0.0.1", "localhost")
    posts.publish(author=member_of(kiln, cast.jonas), title="First light", now=timezone.now())
    context = browser.new_context()
    client = Client()
    client.force_login(cast.jonas)
    key = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": base}])
    page = context.new_page()
    page.goto(f"{base}/kiln/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    for path in ("/kiln/", "/wallet", "/cart"):
        page.goto(base + path)
        page.wait_for_load_state()
    page.wait_for_timeout(300)
    kept = page.evaluate(
        "caches.open('pages-1').then(c => c.keys())"
        ".then(all => all.map(r => new URL(r.url).pathname))"
    )
    assert kept == ["/kiln/"]
    context.set_offline(True)
    page.goto(f"{base}/kiln/")
    assert "First light" in page.inner_text("main")
    page.goto(f"{base}/wallet")
    assert "No connection" in page.inner_text("main")
    context.set_offline(False)
    # Signing out takes along what was kept.
    page.goto(f"{base}/kiln/")
    page.evaluate("fetch('/accounts/logout/', {method: 'POST'})")
    page.wait_for_timeout(300)
    assert page.evaluate("caches.has('pages-1')") is False
    context.close()
