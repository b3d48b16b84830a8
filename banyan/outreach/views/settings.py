from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from banyan.communities.context import memberships
from banyan.core.doors import signed
from banyan.core.idempotency import keyless
from banyan.core.notices import topic_of
from banyan.core.ui.toasts import toast
from banyan.people.doors import person

from .. import links, queries, rules
from ..actions import choose
from ..forms import SettingsForm


@person
def settings(request: Any) -> HttpResponse:
    own = queries.habits(request.user)
    is_staff = any(member.may("content.moderate") for member in memberships(request))
    form = SettingsForm(
        request.POST if request.method == "POST" else None,
        initial={
            "quiet_from": own.quiet_from,
            "quiet_until": own.quiet_until,
            "digest": queries.gets_digest(request.user),
        },
    )
    if form.is_valid():
        choose.choose(
            person=request.user,
            wanted=form.wanted(),
            quiet_from=form.cleaned_data["quiet_from"],
            quiet_until=form.cleaned_data["quiet_until"],
            now=timezone.now(),
        )
        toast(request, _("Saved."))
        return redirect("notices-settings")
    context = {
        "form": form,
        "choices": queries.choices(request.user, is_staff=is_staff),
        "channels": [label for _channel, label in rules.CHANNELS],
        "devices": queries.devices(request.user),
    }
    return render(request, "outreach/settings.html", context, status=422 if form.is_bound else 200)


@csrf_exempt  # letters' programs press it for their reader, from anywhere (RFC 8058)
@keyless
@signed
def stop(request: Any, token: str) -> HttpResponse:
    """The link at the foot of a letter. Looking changes nothing; the press does, as often as it
    likes, signed out as well."""
    found = links.read_token(token)
    if found is None:
        raise Http404
    reader, topic = found
    known = topic_of(topic)
    if known is not None and known.under:
        known, topic = topic_of(known.under), known.under
    if topic and known is None and topic != rules.DIGEST:
        raise Http404
    done = request.method == "POST"
    if done:
        choose.stop_letters(person=reader, topic=topic, now=timezone.now())
    label = known.label if known else _("The week’s letter") if topic else ""
    return render(request, "outreach/stop.html", {"label": label, "done": done})
