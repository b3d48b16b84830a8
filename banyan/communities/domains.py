"""A community on its own domain: the slug drops from its addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache

from .models import Community

_REMEMBER_SECONDS = 60


class DomainMiddleware:
    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response
        self.own = {urlsplit(settings.SITE_URL).hostname, "127.0.0.1", "localhost", "testserver"}

    def __call__(self, request: Any) -> Any:
        name = request.get_host().rsplit(":", 1)[0].lower()
        request.domain_slug = None
        if name not in self.own:
            request.domain_slug = self._slug_of(name)
            if request.domain_slug:
                request.urlconf = settings.DOMAIN_URLCONF
        return self.get_response(request)

    def _slug_of(self, name: str) -> str | None:
        key = f"domain:{name}"
        known = cache.get(key)
        if known is None:
            known = Community.objects.filter(domain=name).values_list("slug", flat=True).first()
            cache.set(key, known or "", _REMEMBER_SECONDS)
        return known or None
