"""Trust, row 25: bad production settings are refused before anybody is served."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.checks import run_checks

GOOD = {
    "DEBUG": False,
    "SECRET_KEY": "kEx7-pQ2m_Zt9vLw4RbNc8sYd3HgJf6uAo1iTeXq5WzC0",
    "ALLOWED_HOSTS": ["shop.example.org"],
    "SITE_URL": "https://shop.example.org",
    "PAYMENT_PROVIDERS": [],
    "MAILERS": {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"}},
}


@pytest.fixture
def refusals(settings: Any, db: None) -> Any:
    """The ids of our refusals, with good settings changed as the test says."""

    def found(**changes: Any) -> set[str]:
        for name, value in (GOOD | changes).items():
            setattr(settings, name, value)
        messages = run_checks(tags=["security"], include_deployment_checks=True)
        return {m.id for m in messages if m.id.startswith("banyan.") and m.is_serious()}

    return found


@pytest.mark.trust
def test_a_clean_site_may_start(refusals: Any) -> None:
    assert refusals() == set()


@pytest.mark.trust
@pytest.mark.parametrize("secret", ["", "missing", "short", "a" * 60, "abcabcabc" * 8])
def test_a_missing_or_weak_secret_is_refused(refusals: Any, secret: str) -> None:
    # Django itself refuses the empty one, before any check.
    assert refusals(SECRET_KEY=secret or "missing") == {"banyan.E001"}


@pytest.mark.trust
def test_a_site_without_hosts_is_refused(refusals: Any) -> None:
    assert refusals(ALLOWED_HOSTS=[]) == {"banyan.E002"}


@pytest.mark.trust
@pytest.mark.parametrize("host", ["*", ".", "*.example.org"])
def test_a_wildcard_host_is_refused(refusals: Any, host: str) -> None:
    assert refusals(ALLOWED_HOSTS=["shop.example.org", host]) == {"banyan.E003"}


@pytest.mark.trust
def test_an_address_without_https_is_refused(refusals: Any) -> None:
    assert refusals(SITE_URL="http://shop.example.org") == {"banyan.E004"}
    assert refusals(SITE_URL="http://127.0.0.1:8000") == set()


@pytest.mark.trust
def test_play_money_is_refused(refusals: Any) -> None:
    assert refusals(PAYMENT_PROVIDERS=["sandbox"]) == {"banyan.E005"}


@pytest.mark.trust
def test_demo_accounts_are_refused(refusals: Any) -> None:
    get_user_model().objects.create(email="mei@example.org", is_demo=True)
    assert refusals() == {"banyan.E006"}


@pytest.mark.trust
@pytest.mark.parametrize("kind", ["console", "filebased", "locmem", "dummy"])
def test_mail_that_reaches_nobody_is_refused(refusals: Any, kind: str) -> None:
    backend = f"django.core.mail.backends.{kind}.EmailBackend"
    assert refusals(MAILERS={"default": {"BACKEND": backend}}) == {"banyan.E007"}


def test_with_debug_on_nothing_of_this_counts(refusals: Any) -> None:
    everything_wrong = {"SECRET_KEY": "x", "ALLOWED_HOSTS": ["*"], "PAYMENT_PROVIDERS": ["sandbox"]}
    assert refusals(DEBUG=True, **everything_wrong) == set()
