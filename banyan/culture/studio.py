"""Operators edit the charter by publishing its next version."""

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
from .forms import CharterForm
from .models import Charter

_WORDS = ("goal", "values", "conventions", "second_goal", "second_values", "second_conventions")


@operator("charter.edit")
def charter(request: Any) -> HttpResponse:
    community = request.community
    standing = queries.standing(community)
    initial: dict[str, Any] = {"after_version": standing.version if standing else 0}
    if standing:
        initial |= {name: getattr(standing, name) for name in _WORDS}
    form = CharterForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        published = actions.publish(
            community=community,
            by=request.user,
            after_version=given["after_version"],
            now=timezone.now(),
            **{name: given[name] for name in _WORDS},
        )
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
        },
        status=422 if request.method == "POST" else 200,
    )
