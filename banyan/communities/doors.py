"""Doors of a community. Each finds the community and the viewer's membership first.

The view gets `request.community` and `request.member` (None for strangers); its own arguments do
not include the slug. What the viewer may not know of is 404.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from banyan.core.db.prepared import Prepared
from banyan.core.doors import named
from banyan.core.refusals import NotAllowed
from banyan.people.doors import ask_to_sign_in

from . import rules
from .context import memberships
from .entry import inviting
from .models import Community, Member
from .places import url

View = Callable[..., Any]

_membership = Prepared(
    lambda slug, person: Member.objects.filter(
        community__slug=slug, community__closed_at=None, person_id=person
    ).select_related("community__cover")[:1],
    "", 0,
)  # fmt: skip
_community = Prepared(
    lambda slug: Community.objects.filter(slug=slug, closed_at=None).select_related("cover")[:1],
    "",
)


def _enter(request: Any, kwargs: dict[str, Any]) -> None:
    slug = kwargs.pop("c", None) or getattr(request, "domain_slug", None)
    member = _among_mine(request, slug)
    if member is None and request.user.is_authenticated:
        member = _membership.first(slug, request.user.pk)
    if member is not None:
        community: Community | None = member.community
        member.person = request.user
    else:
        community = _community.first(slug)
    if community is None:
        raise Http404
    request.community, request.member = community, member
    if community.visibility == rules.HIDDEN and not _may_know(request, community, member):
        raise Http404


def _among_mine(request: Any, slug: str | None) -> Member | None:
    """A page shows all my communities in its menu: the one we are in is among them."""
    if request.method not in ("GET", "HEAD") or not request.user.is_authenticated:
        return None
    mine = memberships(request)
    return next((member for member in mine if member.community.slug == slug), None)


def _may_know(request: Any, community: Community, member: Member | None) -> bool:
    """A hidden community is known to who is in or on the way in, and to who holds an invitation."""
    if member is not None:
        return member.is_in or member.state in rules.UNDER_WAY
    token = request.GET.get("invitation") or request.POST.get("invitation", "")
    invitation = inviting.read(token, community) if token else None
    return invitation is not None and invitation.stands(timezone.now())


def _door(audience: str, check: Callable[[Any], Any]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: Any, *args: Any, **kwargs: Any) -> Any:
            _enter(request, kwargs)
            answer = check(request)
            return answer if answer is not None else view(request, *args, **kwargs)

        return named(inner, audience)

    return decorate


def _always(request: Any) -> None:
    return None


def _reader(request: Any) -> Any:
    """Whoever may read inside: all in a public community, members elsewhere."""
    member = request.member
    if member is not None and member.state == rules.BANNED:
        raise NotAllowed
    if request.community.visibility == rules.PUBLIC or (member and member.is_in):
        return None
    if request.method != "GET":
        raise Http404
    return redirect(url(request.community, "community"))


# Floors above may have something to ask of members before a page answers them.
_asks: list[Callable[[Any], Any]] = []


def before_inside[Ask: Callable[[Any], Any]](ask: Ask) -> Ask:
    """Register a question to members at `member_only` doors: it gives a response, or None."""
    if ask not in _asks:
        _asks.append(ask)
    return ask


def _member(request: Any) -> Any:
    if not request.user.is_authenticated:
        return ask_to_sign_in(request)
    if request.member is None or not request.member.is_in:
        raise NotAllowed
    return next((answer for ask in _asks if (answer := ask(request)) is not None), None)


# At the threshold: name, purpose, charter, joining.
threshold = _door("threshold", _always)
# Readers of the community's inside pages.
reader = _door("reader", _reader)
# Members only.
member_only = _door("member", _member)


def operator(right: str) -> Callable[[View], View]:
    """Members whose role has `right`; to everybody else the studio does not exist."""

    def check(request: Any) -> Any:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        if request.member is None or not request.member.may("studio.see"):
            raise Http404
        if not request.member.may(right):
            raise NotAllowed
        return None

    return _door(f"operator:{right}", check)


moderator = operator("content.moderate")


def named_member(request: Any, id: Any) -> Member:
    """The member that an address names; 404 for one of another community."""
    rows = Member.objects.of(request.community).select_related("person__picture", "community")
    return get_object_or_404(rows, public_id=id)
