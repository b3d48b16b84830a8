"""Naming an example; the team's list of those named."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from banyan.communities.doors import member_only, operator
from banyan.communities.places import url
from banyan.core.ui.toasts import toast

from .. import queries as charters
from .. import things
from ..models import Example
from ..models.charter import VALUE
from . import actions, queries, rules


class NominateForm(forms.Form):
    clause = forms.ChoiceField(
        label=gettext_lazy("What it is an example of"), widget=forms.RadioSelect
    )
    why = forms.CharField(
        label=gettext_lazy("In a sentence: why"), max_length=rules.LONGEST_WHY,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, clauses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].choices = clauses  # type: ignore[attr-defined]


@member_only
def nominate(request: Any, kind: str, id: UUID) -> HttpResponse:
    known = things.kind_of(kind)
    thing = known.find(request.community, id) if known else None
    if thing is None or thing.state != "shown":
        raise Http404
    second = _reads_second(request)
    values = [
        (one.id, one.second if second and one.second else one.text)
        for one in charters.clauses(request.community)
        if one.kind == VALUE
    ]
    form = NominateForm(request.POST or None, clauses=values)
    if request.method == "POST" and form.is_valid():
        actions.nominate(
            thing=thing, clause=form.cleaned_data["clause"], by=request.member,
            why=form.cleaned_data["why"].strip(), now=timezone.now(),
        )  # fmt: skip
        toast(request, _("Named. The team looks at it."))
        return redirect(thing.url)
    context = {"form": form, "thing": thing, "has_values": bool(values)}
    status = 422 if request.method == "POST" else 200
    return render(request, "culture/nominate.html", context, status=status)


def _reads_second(request: Any) -> bool:
    community = request.community
    reader = request.LANGUAGE_CODE[:2]
    return bool(community.second_lang[:2] == reader != community.lang[:2])


def _find(request: Any, id: UUID) -> Example:
    found: Example = get_object_or_404(
        Example.objects.of(request.community).select_related("community"), public_id=id
    )
    return found


@member_only
@require_POST
def withdraw(request: Any, id: UUID) -> HttpResponse:
    actions.withdraw(example=_find(request, id), by=request.member, now=timezone.now())
    toast(request, _("Taken back."))
    return redirect(url(request.community, "charter"))


@operator("content.moderate")
def waiting(request: Any) -> HttpResponse:
    """What members have named, and what stands."""
    accepted = queries.by_clause(request.community, per_clause=20)
    return render(
        request,
        "culture/studio_examples.html",
        {
            "waiting": queries.waiting(request.community),
            "accepted": [pair for rows in accepted.values() for pair in rows],
        },
    )


@operator("content.moderate")
@require_POST
def decide(request: Any, id: UUID, do: str) -> HttpResponse:
    example, now = _find(request, id), timezone.now()
    again = url(request.community, "studio-example-decide", id=id, do="undo")
    if do == "accept":
        actions.accept(example=example, by=request.member, now=now)
        toast(request, _("Accepted."), undo=again)
    elif do == "decline":
        actions.decline(example=example, by=request.member, now=now)
        toast(request, _("Not taken."), undo=again)
    elif do == "undo":
        actions.take_down(example=example, by=request.member, now=now)
        toast(request, _("Back among the nominations."))
    else:
        raise Http404
    return redirect(url(request.community, "studio-examples"))
