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
from .forms import PolicyForm


@operator("charter.edit")
def policy(request: Any) -> HttpResponse:
    """Who may propose, how long and by how many it is decided, how long members may take."""
    form = PolicyForm.of(queries.policy(request.community), request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.set_policy(
            community=request.community, by=request.member, now=timezone.now(), **form.cleaned_data
        )
        toast(request, _("Saved. It holds from the next change on."))
        return redirect(url(request.community, "studio-charter"))
    status = 422 if request.method == "POST" else 200
    return render(request, "culture/studio_rules.html", {"form": form}, status=status)
