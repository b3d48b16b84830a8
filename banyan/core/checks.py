"""What must be in order before Banyan serves other people (trust, row 25).

`banyan check` and `banyan serve` run these with BANYAN_DEBUG off, and refuse to start on an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

SHORTEST_SECRET = 40
FEWEST_LETTERS = 12
LOOPBACK = ("127.0.0.1", "localhost", "::1")
MAIL_TO_NOBODY = ("console", "filebased", "locmem", "dummy")

Check = Callable[[], Iterator[CheckMessage]]


def before_serving(check: Check) -> Check:
    """Run with Django's deployment checks; nothing in it counts while BANYAN_DEBUG is on."""

    def run(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
        return [] if settings.DEBUG else list(check())

    run.__name__ = check.__name__
    register(run, Tags.security, deploy=True)
    return check


@before_serving
def secret_is_strong() -> Iterator[CheckMessage]:
    secret = str(settings.SECRET_KEY)
    if secret in ("", "missing"):
        wrong = "BANYAN_SECRET_KEY is not set."
    elif len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_LETTERS:
        wrong = f"BANYAN_SECRET_KEY is weak: give it {SHORTEST_SECRET} random characters or more."
    else:
        return
    hint = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'  makes a good one."
    yield Error(wrong, hint=hint, id="banyan.E001")


@before_serving
def hosts_are_named() -> Iterator[CheckMessage]:
    hosts = list(settings.ALLOWED_HOSTS)
    if not hosts:
        yield Error(
            "BANYAN_HOSTS is empty: no visitor would get in.",
            hint="Name the site's hosts: BANYAN_HOSTS=shop.example.org",
            id="banyan.E002",
        )
    if any(host in ("*", ".") or host.startswith("*") for host in hosts):
        yield Error(
            "BANYAN_HOSTS holds a wildcard: forged Host headers would end up in mails and links.",
            hint="Name each host: BANYAN_HOSTS=shop.example.org,www.example.org",
            id="banyan.E003",
        )


@before_serving
def address_is_https() -> Iterator[CheckMessage]:
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        yield Error(
            f"BANYAN_URL is {settings.SITE_URL}: sign-in cookies and passkeys need https.",
            hint="BANYAN_URL=https://shop.example.org, with a proxy in front that holds the "
            "certificate (BANYAN_BEHIND_PROXY=1).",
            id="banyan.E004",
        )


@before_serving
def payments_are_real() -> Iterator[CheckMessage]:
    if "sandbox" in settings.PAYMENT_PROVIDERS:
        yield Error(
            "BANYAN_PAYMENT_PROVIDERS holds the sandbox: anybody could pay with play money.",
            hint="Name real providers, or none: BANYAN_PAYMENT_PROVIDERS=",
            id="banyan.E005",
        )


@before_serving
def nobody_is_from_the_demo() -> Iterator[CheckMessage]:
    person = apps.get_model(settings.AUTH_USER_MODEL)
    try:
        count = person._default_manager.filter(is_demo=True).count()
    except DatabaseError:
        return  # no tables yet: `banyan serve` says so itself
    if count:
        yield Error(
            f"{count} demo accounts can sign in here with passwords that everybody knows.",
            hint="Start a real site with an empty database: banyan migrate, banyan createhost",
            id="banyan.E006",
        )


@before_serving
def mail_is_sent() -> Iterator[CheckMessage]:
    backend = str(settings.MAILERS["default"]["BACKEND"])
    if any(word in backend for word in MAIL_TO_NOBODY):
        yield Error(
            "BANYAN_MAIL names no mail server: nobody would get a sign-in code or a receipt.",
            hint="BANYAN_MAIL=smtp+tls://user:password@mail.example.org:587",
            id="banyan.E007",
        )
