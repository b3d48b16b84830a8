"""Addresses inside a community: below its slug, or at the root of its own domain."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from .models import Community


def url(community: Community, name: str, **kwargs: Any) -> str:
    """The address of page `name` in `community`, whatever its prefix or domain."""
    if not kwargs:  # menus ask for the same few on every page
        return _plain(community.slug, community.domain, name)
    return _reversed(community.slug, community.domain, name, kwargs)


@lru_cache(maxsize=4096)
def _plain(slug: str, domain: str | None, name: str) -> str:
    return _reversed(slug, domain, name, {})


def _reversed(slug: str, domain: str | None, name: str, kwargs: dict[str, Any]) -> str:
    if not domain:
        return reverse(name, urlconf=settings.ROOT_URLCONF, kwargs={"c": slug, **kwargs})
    path = reverse(name, urlconf=settings.DOMAIN_URLCONF, kwargs=kwargs)
    return f"{urlsplit(settings.SITE_URL).scheme}://{domain}{path}"


def full_url(community: Community, name: str, **kwargs: Any) -> str:
    """The same with scheme and host, for mails, files and other sites."""
    address = url(community, name, **kwargs)
    return address if "://" in address else settings.SITE_URL + address
