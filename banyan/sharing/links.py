"""Addresses of links. Short, host-wide, the community's own host where it has one."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from banyan.communities.models import Community


def path(code: str) -> str:
    return reverse("short", urlconf=settings.ROOT_URLCONF, kwargs={"code": code})


def host(community: Community) -> str:
    """Scheme and host that the links of a community stand on: its cookie belongs there."""
    if not community.domain:
        return str(settings.SITE_URL)
    return f"{urlsplit(settings.SITE_URL).scheme}://{community.domain}"


def short(community: Community, code: str) -> str:
    return host(community) + path(code)
