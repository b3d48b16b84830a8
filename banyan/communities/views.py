"""Members' pages of a community, and the directory."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.core.doors import public
from banyan.core.refusals import WrongMoment
from banyan.core.slots import fill
from banyan.core.ui.toasts import toast
from banyan.people.actions import consented
from banyan.people.doors import ask_to_sign_in
from banyan.people.rules import CARE

from . import actions, context, queries, rules
from .doors import member_only, reader, threshold
from .models import Member
from .places import full_url, url

PER_PAGE = 24


@public
def brand_css(request: Any, hue: int, chroma: int) -> HttpResponse:
    """Two numbers as a stylesheet. The address holds them, so browsers keep it for ever."""
    hue = hue % 360
    allowed = rules.clamp_chroma(chroma / 1000, hue)
    css = f":root{{--brand-h:{hue};--brand-c:{allowed:.3f}}}"
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@threshold
def home(request: Any) -> HttpResponse:
    """The threshold for strangers of a closed community, everything for those who may read."""
    community, member = request.community, request.member
    is_in = member is not None and member.is_in
    may_read = is_in or (
        community.visibility == rules.PUBLIC
        and not (member is not None and member.state == rules.BANNED)
    )
    return render(
        request,
        "communities/home.html",
        {
            "face": queries.face(community, now=timezone.now()),
            "is_in": is_in,
            "may_invite": is_in and community.has("invitations") and not member.probation_until,
            "may_read": may_read,
            "share": _share(community) if community.visibility == rules.PUBLIC else None,
            "main": fill("communities.home.main", request, community=community) if may_read else [],
            "side": fill("communities.home.aside", request, community=community),
        },
    )


def _share(community: Any) -> dict[str, str]:
    """How the community looks where its address is shared."""
    picture = community.cover.sized(1280) if community.cover else ""
    return {
        "title": community.here_name,
        "text": community.here_purpose,
        "url": full_url(community, "community"),
        "site": settings.SITE_NAME,
        "picture": picture if not picture or "://" in picture else settings.SITE_URL + picture,
    }


@reader
def members(request: Any) -> HttpResponse:
    community = request.community
    words = request.GET.get("q", "").strip()[:60]
    like, role = request.GET.get("like", ""), request.GET.get("role", "")
    found = queries.members(community, words=words, like=like, role=role)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "communities/members.html",
        {
            "page": page,
            "words": words,
            "like": like,
            "likes": queries.likes_of(community),
            "roles": [choice for choice in rules.ROLES if choice[0] != rules.MEMBER],
            "role": role,
            "is_filtered": bool(words or like or role),
        },
    )


@member_only
def membership(request: Any) -> HttpResponse:
    """What I am here: number, role, since when; and the way out."""
    side = fill("communities.membership", request, community=request.community)
    now = timezone.now()
    greets = Member.objects.filter(host=request.member, probation_until__gt=now)
    host = request.member.host_id and Member.objects.select_related("person__picture").filter(
        pk=request.member.host_id
    ).first()  # fmt: skip
    return render(
        request,
        "communities/membership.html",
        {
            "parts": side,
            "is_new": request.member.is_new_here(now),
            "may_be_noted": consented(request.user, CARE, request.community.pk) is not None,
            "greeted_by": host,
            "greets": list(greets.select_related("person__picture")[:50]),
        },
    )


@threshold
def leave(request: Any) -> HttpResponse:
    """Leaving, or taking back one's application: the same page asks once more."""
    member = request.member
    if not request.user.is_authenticated:
        return ask_to_sign_in(request)
    if member is None or member.state not in (rules.JOINED, *rules.UNDER_WAY):
        raise WrongMoment(_("You are not a member here."))
    if request.method != "POST":
        return render(request, "communities/leave.html", {})
    if member.state != rules.JOINED:
        was_invited = member.state == rules.INVITED
        actions.withdraw(member=member, now=timezone.now())
        toast(
            request,
            _("You have declined the invitation.")
            if was_invited
            else _("Your application is taken back."),
        )
    else:
        actions.leave(member=member, now=timezone.now())
        toast(request, _("You have left. The door stays open."))
    return redirect(url(request.community, "community"))


@public
def discover(request: Any) -> HttpResponse:
    given = {
        name: request.GET.get(name, "").strip()[:60]
        for name in ("q", "interest", "lang", "size", "policy", "sort")
    }
    found = queries.directory(
        words=given["q"],
        interest=given["interest"],
        lang=given["lang"],
        size=given["size"],
        policy=given["policy"],
        sort=given["sort"],
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "communities/discover.html",
        {
            "page": page,
            "given": given,
            "is_filtered": any(value for name, value in given.items() if name != "sort"),
            "mine": {m.community_id for m in context.memberships(request)},
            "interests": queries.interests_listed(),
            "sizes": [
                ("small", _("Under 30 members")),
                ("middle", _("30 to 299")),
                ("large", _("300 and more")),
            ],
            "langs": [("en", "English"), ("zh", "中文")],
            "policies": rules.JOIN_POLICIES,
            "sorts": [("lively", _("Most members")), ("new", _("Newest")), ("name", _("By name"))],
        },
    )
