"""Web Push, judged by a push service of our own that checks the sender and opens the message."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.utils import timezone

from banyan.core.idempotency import new_form_key
from banyan.core.jobs.models import Job
from banyan.outreach import tasks
from banyan.outreach.actions import choose
from banyan.outreach.models import Device, Habits, Notice, Switch
from banyan.outreach.push import keys, seal, send

from .push_service import PushService

pytestmark = pytest.mark.django_db(transaction=True)


def key_of(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(keys.unb64(text), "big"), ec.SECP256R1())


def test_the_example_of_the_standard_comes_out_byte_for_byte() -> None:
    """RFC 8291, appendix A."""
    body = seal.seal(
        b"When I grow up, I want to be a watermelon",
        p256dh=keys.unb64(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        auth=keys.unb64("BTBZMqHH6r4Tts7J_aSIgg"),
        own=key_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        salt=keys.unb64("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert keys.b64(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
        "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
        "lcy4a-fN"
    )


def test_the_sites_key_is_made_once_and_kept_from_others(settings: Any, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"
    first = keys.public_key()
    keys._key.cache_clear()
    assert keys.public_key() == first
    (kept,) = (tmp_path / "private").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    settings.PUSH_KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
    assert keys.public_key().startswith("BP4z9KsN6nGRTbVYI_c7")


@pytest.fixture
def jonas(cast: Any, push_service: PushService) -> Client:
    Habits.objects.create(person=cast.jonas, quiet_from=0, quiet_until=0)
    client = Client()
    client.force_login(cast.jonas)
    return client


def subscribe(client: Client, service: PushService, name: str = "one", topic: str = "reply") -> Any:
    browser = service.browser(name)
    return client.post(
        "/me/notices/devices",
        {
            "form_key": new_form_key(), "endpoint": browser.endpoint, "p256dh": browser.p256dh,
            "auth": browser.auth, "topic": topic,
        },
        headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140"},
    )  # fmt: skip


def test_a_browser_that_agreed_is_told_and_can_read_it(
    cast: Any, jonas: Client, push_service: PushService, write: Any, answer: Any, deliver: Any
) -> None:
    assert subscribe(jonas, push_service).status_code == 201
    assert Switch.objects.get(person=cast.jonas, topic="reply", channel="push").is_on
    answer(write("早上的杯子", now=timezone.now()), at=timezone.now())
    deliver()
    (heard,) = push_service.heard
    assert heard["title"] == "Lan answered you"
    assert heard["body"] == "早上的杯子 · Slow Kiln"
    assert heard["url"].startswith("/kiln/p/")
    assert Device.objects.get().reached_at is not None
    assert Device.objects.get().label == "Firefox, Linux"


def test_run_again_the_browser_is_told_once(
    cast: Any, jonas: Client, push_service: PushService, write: Any, answer: Any, deliver: Any
) -> None:
    subscribe(jonas, push_service)
    answer(write(now=timezone.now()), at=timezone.now())
    deliver()
    for _again in range(2):
        tasks.wake(person_id=cast.jonas.pk)
        tasks.sweep_due()
        deliver()
    assert len(push_service.heard) == 1


def test_without_the_switch_no_browser_is_woken(
    cast: Any, jonas: Client, push_service: PushService, write: Any, answer: Any, deliver: Any
) -> None:
    subscribe(jonas, push_service, topic="")
    answer(write(now=timezone.now()), at=timezone.now())
    deliver()
    assert push_service.asked == 0


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(
    status: int, jonas: Client, push_service: PushService, write: Any, answer: Any, deliver: Any
) -> None:
    subscribe(jonas, push_service)
    push_service.status = status
    answer(write(now=timezone.now()), at=timezone.now())
    deliver()
    assert push_service.asked == 1
    assert not Device.objects.exists()


def test_a_push_service_that_is_down_is_tried_again(
    jonas: Client, push_service: PushService, write: Any, answer: Any, deliver: Any
) -> None:
    subscribe(jonas, push_service)
    push_service.status = 503
    answer(write(now=timezone.now()), at=timezone.now())
    deliver()
    assert push_service.heard == []
    assert Device.objects.exists()
    push_service.status = 201
    Job.objects.filter(name__endswith="wake_device").update(run_at=timezone.now())
    deliver()
    assert len(push_service.heard) == 1


def test_the_same_browser_is_one_device_and_follows_who_uses_it(
    cast: Any, jonas: Client, push_service: PushService
) -> None:
    for _twice in range(2):
        assert subscribe(jonas, push_service).status_code == 201
    assert Device.objects.count() == 1
    lan = Client()
    lan.force_login(cast.lan)
    subscribe(lan, push_service)
    assert Device.objects.get().person == cast.lan


def test_an_eleventh_device_is_refused(jonas: Client, push_service: PushService) -> None:
    for n in range(10):
        assert subscribe(jonas, push_service, f"b{n}").status_code == 201
    assert subscribe(jonas, push_service, "b10").status_code == 422
    assert Device.objects.count() == 10


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://169.254.169.254/latest", "https://10.0.0.1/x", "https://fcm.googleapis.com.evil.org/",
        "https://user@fcm.googleapis.com/", "http://fcm.googleapis.com/x", "ftp://x", "",
        "https://fcm.googleapis.com:8443/x", "https://[::1]/", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_nobody_points_us_at_another_machine(endpoint: str) -> None:
    assert not send.is_push_service(endpoint)


def test_known_services_are_spoken_to() -> None:
    for endpoint in (
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
    ):
        assert send.is_push_service(endpoint)


def test_a_device_with_broken_keys_is_refused(
    cast: Any, jonas: Client, push_service: PushService
) -> None:
    browser = push_service.browser()
    for p256dh, auth in ((browser.p256dh, "short"), ("nonsense", browser.auth)):
        with pytest.raises(choose.NotADevice):
            choose.add_device(
                person=cast.jonas, endpoint=browser.endpoint, p256dh=p256dh, auth=auth,
                label="", now=timezone.now(),
            )  # fmt: skip
    assert not Device.objects.exists()


def test_a_device_is_removed_by_its_owner_only(
    cast: Any, jonas: Client, push_service: PushService
) -> None:
    subscribe(jonas, push_service)
    path = f"/me/notices/devices/{Device.objects.get().oid}/remove"
    rafe = Client()
    rafe.force_login(cast.rafe)
    assert rafe.post(path, {"form_key": new_form_key()}).status_code == 404
    assert Device.objects.exists()
    assert jonas.post(path, {"form_key": new_form_key()}).status_code == 302
    assert not Device.objects.exists()
    assert jonas.post(path, {"form_key": new_form_key()}).status_code == 404
    assert Notice.objects.count() == 0
