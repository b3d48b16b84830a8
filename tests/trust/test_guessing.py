"""TRUST 13: passwords cannot be guessed quickly, and the owner of the account is told."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from django.core import mail
from django.test import Client

pytestmark = [pytest.mark.trust, pytest.mark.django_db]
TRIES = 1000


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each guess that reached a comparison of passwords."""
    seen: list[str] = []
    failed = DefaultAccountAdapter.authentication_failed

    def count(self: Any, request: Any, **credentials: Any) -> None:
        seen.append(credentials["email"])
        failed(self, request, **credentials)

    monkeypatch.setattr(DefaultAccountAdapter, "authentication_failed", count)
    return seen


@pytest.fixture
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow this machine is, all tries fall into one minute."""
    import time

    from allauth.core.internal import ratelimit

    stopped = time.time()
    monkeypatch.setattr(ratelimit.time, "time", lambda: stopped)


def test_a_thousand_tries_on_one_name(cast: Any, checked: list[str], one_minute: None) -> None:
    client = Client()
    for n in range(TRIES):
        client.post("/accounts/login/", {"login": cast.jonas.email, "password": f"guess-{n}"})
    assert 1 <= len(checked) <= 10
    (told,) = [m for m in mail.outbox if m.to == [cast.jonas.email]]
    assert "guesses your password" in told.subject
    print(f"TRUST 13: {TRIES} tries on one name, {len(checked)} got through, owner told")


def test_a_thousand_tries_from_a_thousand_addresses_on_one_name(
    cast: Any, checked: list[str], one_minute: None
) -> None:
    for n in range(TRIES // 10):
        Client(REMOTE_ADDR=f"192.0.{n // 250}.{n % 250}").post(
            "/accounts/login/", {"login": cast.jonas.email, "password": f"guess-{n}"}
        )
    assert 1 <= len(checked) <= 10


def test_a_thousand_tries_over_a_hundred_names(
    new_person: Any, checked: list[str], one_minute: None
) -> None:
    names = [new_person(f"Guest {n}").email for n in range(100)]
    client = Client()
    for n in range(TRIES):
        client.post("/accounts/login/", {"login": names[n % 100], "password": "summer2026"})
    assert 1 <= len(checked) <= 10
    print(f"TRUST 13: {TRIES} tries over 100 names, {len(checked)} got through")


def test_unknown_names_are_answered_like_known_ones(cast: Any) -> None:
    pages = [
        Client().post("/accounts/login/", {"login": login, "password": "wrong"}).content
        for login in (cast.jonas.email, "nobody@example.org")
    ]
    without = [
        page.replace(cast.jonas.email.encode(), b"").replace(b"nobody@example.org", b"")
        for page in pages
    ]
    assert len(without[0]) == pytest.approx(len(without[1]), abs=60)  # nonces differ


def test_a_code_is_guessed_three_times_and_no_more(cast: Any) -> None:
    client = Client()
    client.post("/accounts/login/code/", {"email": cast.jonas.email})
    code = [w for w in mail.outbox[-1].body.split() if len(w) >= 6 and w.isupper()]
    for n in range(3):
        client.post("/accounts/login/code/confirm/", {"code": f"WRONG{n}"})
    right = next((w for w in mail.outbox[-1].body.split() if "-" in w), code[0] if code else "")
    client.post("/accounts/login/code/confirm/", {"code": right})
    assert client.get("/me").status_code == 302
