"""TRUST 24: what must stay secret is planted wherever it is typed, and found in no log, page, mail
(but the one that carries the code) or table."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client

from banyan.core.idempotency import new_form_key
from banyan.core.jobs import run_due
from tests.trust.examples import Place, routes
from tests.trust.rows import Rows
from tests.trust.test_leaving import where_is

pytestmark = [pytest.mark.trust, pytest.mark.django_db]

PASSWORD = "planted-Passw0rd-zzyzx-41"
WRONG = "planted-wrong-guess-zzyzx-42"


def code_of(message: Any) -> str:
    return next(line.strip() for line in message.body.splitlines() if line.startswith("    "))


def test_secrets_are_in_no_log_page_mail_or_table(
    kiln: Any, cast: Any, now: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    pages: list[str] = []
    client = Client(raise_request_exception=False)

    def go(method: str, path: str, **fields: Any) -> Any:
        response = getattr(client, method)(path, fields or None)
        if not response.streaming:
            pages.append(response.content.decode(errors="replace"))
        return response

    # Signing up with a password and a code, guessing wrong, setting a new password.
    go("post", "/accounts/signup/", email="planted@example.org", password1=PASSWORD)
    code = code_of(mail.outbox[-1])
    go("post", "/accounts/confirm-email/", code="WRONGCODE")
    go("post", "/accounts/confirm-email/", code=code)
    go("post", "/me/hello", form_key=new_form_key(), name="Planted")
    go("post", "/accounts/logout/")
    go("post", "/accounts/login/", login="planted@example.org", password=WRONG)
    go("post", "/accounts/login/", login="planted@example.org", password=PASSWORD)
    assert go("get", "/me").status_code == 200
    session = client.cookies["sessionid"].value
    # Every address there is, asked for with the secrets in body and query.
    mark = {"name": "x", "email": "x@example.org", "file": ""}
    place = Place(kiln, Rows(person=cast.jonas, community=kiln, now=now, marks=mark))
    for route in routes():
        if route.name in ("account_logout", "me-erase"):
            continue
        address = route.address(place)
        go("get", address)
        go("post", address, form_key=new_form_key(), password=PASSWORD, oldpassword=WRONG,
           password1=PASSWORD + "2")  # fmt: skip
    run_due()

    secrets = {
        "the password": PASSWORD,
        "a wrong password": WRONG,
        "the code": code,
        "the session key": session,
        "the site's key": settings.SECRET_KEY,
    }
    logs = "\n".join(
        f"{record.getMessage()} {record.exc_text or ''} {record.args}" for record in caplog.records
    )
    said = "\n".join(f"{m.subject} {m.body}" for m in mail.outbox)
    found = []
    for name, secret in secrets.items():
        found += [f"{name} in the logs"] if secret in logs else []
        found += (
            [f"{name} in {sum(secret in p for p in pages)} pages"]
            if any(secret in page for page in pages)
            else []
        )
        times = said.count(secret)
        if times > (1 if name == "the code" else 0):
            found.append(f"{name} in {times} mails")
    for name in ("the password", "a wrong password", "the site's key"):
        tables = where_is(secrets[name])
        found += [f"{name} in {tables}"] if tables else []
    assert not found, "\n".join(found)
    print(f"TRUST 24: {len(secrets)} markers, {len(pages)} pages, {len(caplog.records)} log "
          f"records, {len(mail.outbox)} mails, 0 found")  # fmt: skip


def test_failed_jobs_keep_no_secrets() -> None:
    from banyan.core.jobs.rules import without_secrets

    told = without_secrets(f"POST https://u:{PASSWORD}@host/x?token={WRONG} password={PASSWORD}")
    assert PASSWORD not in told
    assert WRONG not in told


def test_a_broken_page_shows_no_settings(kiln: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from banyan.communities import views

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError(f"inside: {settings.SECRET_KEY} {connection.settings_dict}")

    monkeypatch.setattr(views.queries, "face", broken)
    response = Client(raise_request_exception=False).get("/kiln/")
    assert response.status_code == 500
    assert settings.SECRET_KEY not in response.content.decode()
    assert "Traceback" not in response.content.decode()
