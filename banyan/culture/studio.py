"""Operators change the charter: alone while the community is small, then by proposing."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.ui.toasts import toast

from . import actions, queries
from .amendments import actions as amending
from .amendments import queries as amendments
from .amendments import rules
from .amendments.forms import ProposeForm
from .forms import CharterForm
from .models import Amendment, Charter

_WORDS = ("goal", "values", "conventions", "second_goal", "second_values", "second_conventions")


@operator("charter.edit")
def charter(request: Any) -> HttpResponse:
    community, now = request.community, timezone.now()
    standing = queries.standing(community)
    policy = amendments.policy(community)
    voters = amendments.electorate(community, opened_at=now, tenure_days=policy.tenure_days)
    by_vote = voters >= rules.FEWEST_VOTERS
    initial: dict[str, Any] = {"after_version": standing.version if standing else 0}
    if standing:
        initial |= {name: getattr(standing, name) for name in _WORDS}
    form = (ProposeForm if by_vote else CharterForm)(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        words = {name: given[name] for name in _WORDS}
        if by_vote:
            made = amending.propose(
                community=community, by=request.member, why=given["why"],
                after_version=given["after_version"], now=now, **words,
            )  # fmt: skip
            toast(request, _("Laid before the members."))
            return redirect(url(community, "amendment", id=made.public_id))
        published = actions.publish(
            community=community, by=request.user, after_version=given["after_version"], now=now,
            **words,
        )  # fmt: skip
        if standing and published.version == standing.version:
            toast(request, _("Nothing was changed."))
        else:
            toast(request, _("Version %(n)d stands. Members are asked to sign it.")
                  % {"n": published.version})  # fmt: skip
        return redirect(url(community, "studio-charter"))
    return render(
        request,
        "culture/studio_charter.html",
        {
            "form": form,
            "charter": standing,
            "versions": list(Charter.objects.of(community)[:20]),
            "by_vote": by_vote,
            "voters": voters,
            "policy": policy,
            "changes": list(Amendment.objects.of(community)[:10]),
            "open_change": amendments.standing_open(community),
        },
        status=422 if request.method == "POST" else 200,
    )
