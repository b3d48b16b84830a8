from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.core.ui.toasts import toast

from ..models import Experiment
from . import actions, queries, rules, subjects


class ExperimentForm(forms.Form):
    what = forms.ChoiceField(label=gettext_lazy("What is tried out"))
    mode = forms.ChoiceField(label=gettext_lazy("How"), choices=rules.MODES)
    outcome = forms.ChoiceField(
        label=gettext_lazy("What should come of it"), choices=rules.OUTCOMES
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days"), min_value=rules.SHORTEST_DAYS, max_value=rules.LONGEST_DAYS,
        initial=14,
    )  # fmt: skip

    def __init__(self, *args: Any, community: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            (f"{one.key}:{pk}", f"{one.label}: {name}" if name else str(one.label))
            for one in subjects.all_of_them()
            for pk, name in one.things(community)
        ]


@operator("culture.run")
def experiments(request: Any) -> HttpResponse:
    """What is tried out, what came of it, and a form to try another."""
    now = timezone.now()
    form = ExperimentForm(request.POST or None, community=request.community)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        subject, subject_id = given["what"].split(":")
        actions.start(
            community=request.community, by=request.member, now=now, subject=subject,
            subject_id=int(subject_id), mode=given["mode"], days=given["days"],
            outcome=given["outcome"],
        )  # fmt: skip
        toast(request, _("The lot is drawn."))
        return redirect(url(request.community, "studio-experiments"))
    rows = []
    for one in Experiment.objects.of(request.community)[:20]:
        rows.append((one, subjects.get(one.subject), queries.result(one, now=now)))
    context = {"rows": rows, "form": form, "fewest": rules.FEWEST}
    status = 422 if request.method == "POST" else 200
    return render(request, "culture/studio_experiments.html", context, status=status)


@operator("culture.run")
@require_POST
def end(request: Any, id: UUID) -> HttpResponse:
    found = get_object_or_404(Experiment.objects.of(request.community), public_id=id)
    actions.end(found, by=request.member, now=timezone.now())
    toast(request, _("Over. Everybody sees it again."))
    return redirect(url(request.community, "studio-experiments"))
