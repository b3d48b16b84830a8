"""The addresses of a community that has its own domain: the same pages, no slug."""

from __future__ import annotations

from django.urls import include, path

from banyan.urls import gather, handler400, handler403, handler404, handler500, plain

urlpatterns = [
    *[p for p in plain if str(getattr(p, "pattern", "")) != ""],
    path("studio/", include(gather("studio_urlpatterns"))),
    path("", include(gather("community_urlpatterns"))),
]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
