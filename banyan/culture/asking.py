"""Before members write: have they accepted the charter that stands?

Whoever has not, once its days of grace are over, reads on as before. When they write, the charter
is shown first; what they typed is kept, and goes on its way with their yes.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from banyan.communities.doors import before_inside

from . import actions, queries

_ANSWER = "accept_charter"
_writing = {"amendment-comment", "charter-propose", "example-nominate"}


def writes(*names: str) -> None:
    """Name the routes where members write words; modules above add their own."""
    _writing.update(names)


def is_writing(name: str) -> bool:
    """Whether members write words at this route."""
    return name in _writing


@before_inside
def ask(request: Any) -> HttpResponse | None:
    """The charter instead of the page, where a yes to it is missing."""
    match = request.resolver_match
    if match is None or match.url_name not in _writing:
        return None
    now = timezone.now()
    charter = queries.must_accept(request.member, now)
    if charter is None:
        return None
    is_post = request.method == "POST"
    if is_post and request.POST.get(_ANSWER) == str(charter.version):
        actions.sign(charter=charter, member=request.member, now=now)
        return None
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("form_key", _ANSWER)
        for value in values
    ]
    return render(
        request,
        "culture/ask.html",
        {
            "charter": charter,
            "said": charter.said,
            "is_post": is_post,
            "kept": kept,
            "has_files": bool(request.FILES),
            "here": request.get_full_path(),
        },
        status=422 if is_post else 200,
    )
