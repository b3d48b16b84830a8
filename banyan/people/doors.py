"""Doors that need a signed-in person."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404

from banyan.core.doors import named

View = Callable[..., Any]


def ask_to_sign_in(request: Any) -> Any:
    """The way in for strangers; htmx is told to load the whole page."""
    response = redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
    if request.headers.get("HX-Request"):
        response.status_code = 204
        response["HX-Redirect"] = response["Location"]
        del response["Location"]
    return response


def person(view: View) -> View:
    """Anybody signed in."""

    @wraps(view)
    def inner(request: Any, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        return view(request, *args, **kwargs)

    return named(inner, "person")


def host(view: View) -> View:
    """Whoever runs the instance; to everybody else the page does not exist."""

    @wraps(view)
    def inner(request: Any, *args: Any, **kwargs: Any) -> Any:
        if not (request.user.is_authenticated and request.user.is_host):
            raise Http404
        return view(request, *args, **kwargs)

    return named(inner, "host")
