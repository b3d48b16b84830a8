"""Segments with live counts that point at nobody, and tags for members who allow them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.core.refusals import Refusal
from banyan.core.text import lang_of
from banyan.core.ui.toasts import toast
from banyan.people import actions as people
from banyan.people import rules as people_rules
from banyan.people.models import Tag

from ..doors import member_only, named_member, operator
from ..models import Member, Segment
from ..places import url
from . import actions, queries
from .forms import RuleForm, SaveForm, TagForm


@operator("members.admit")
def segments(request: Any) -> HttpResponse:
    """The builder with its count, and what is saved. Saving is the form's POST."""
    community, now = request.community, timezone.now()
    if request.method == "POST":
        form: RuleForm = SaveForm(request.POST, community=community)
        if form.is_valid():
            name = form.cleaned_data["name"]
            try:
                actions.save(
                    community=community, by=request.member, name=name,
                    lang=lang_of(name, get_language() or "en"), rule=form.rule(), now=now,
                )  # fmt: skip
            except actions.NameTaken as refusal:
                form.add_error("name", str(refusal.sentence))
            except Refusal as refusal:
                form.add_error(None, str(refusal.sentence))
            else:
                toast(request, _("Saved. It is a filter in Members now."))
                return redirect(url(community, "studio-segments"))
        return _page(request, form, None, status=422)
    asked = "asked" in request.GET
    form = SaveForm(request.GET if asked else None, community=community)
    answer = None
    if asked:
        rule_form = RuleForm(request.GET, community=community)
        if rule_form.is_valid():
            answer = queries.ask(community, rule_form.rule(), now=now)
        form.is_valid()
        form.errors.pop("name", None)
    if request.headers.get("HX-Request"):
        return render(request, "communities/segment_count.html", {"answer": answer})
    return _page(request, form, answer)


def _page(request: Any, form: Any, answer: Any, status: int = 200) -> HttpResponse:
    return render(
        request,
        "communities/studio_segments.html",
        {
            "form": form, "answer": answer,
            "extra": [form[key] for key in queries.offered],
            "segments": list(Segment.objects.of(request.community)[:50]),
        },
        status=status,
    )  # fmt: skip


@require_POST
@operator("members.admit")
def remove(request: Any, id: Any) -> HttpResponse:
    segment = get_object_or_404(Segment.objects.of(request.community), public_id=id)
    actions.remove(segment=segment, by=request.member, now=timezone.now())
    toast(request, _("Removed."))
    return redirect(url(request.community, "studio-segments"))


@operator("members.admit")
def tags(request: Any, id: Any) -> HttpResponse:
    """What operators noted about a member; a new tag only with the member's yes."""
    member = named_member(request, id)
    may = people.consented(member.person, people_rules.CARE, request.community.pk) is not None
    form = TagForm(request.POST or None)
    if request.method == "POST" and (form.is_valid() or not may):
        given = form.cleaned_data
        try:
            actions.give_tag(
                member=member, by=request.member, words=given.get("words", ""),
                why=given.get("why", ""), days=given.get("days", 1), now=timezone.now(),
                lang=lang_of(given.get("why", ""), get_language() or "en"),
            )  # fmt: skip
        except actions.TagStands as refusal:
            form.add_error("words", str(refusal.sentence))
        else:
            toast(request, _("Noted. They see it under Privacy."))
            return redirect(url(request.community, "studio-tags", id=member.public_id))
    return render(
        request,
        "communities/studio_tags.html",
        {"subject": member, "form": form, "may": may, "tags": _given(member)},
        status=422 if request.method == "POST" else 200,
    )


def _given(member: Member) -> list[Tag]:
    return list(
        Tag.objects.filter(
            person=member.person, community_id=member.community_id, purpose=people_rules.CARE
        ).order_by("key")
    )


@require_POST
@operator("members.admit")
def take_tag(request: Any, id: Any, tag: Any) -> HttpResponse:
    member = named_member(request, id)
    given = get_object_or_404(
        Tag, public_id=tag, person=member.person, community_id=request.community.pk
    )
    actions.take_tag(member=member, tag=given, by=request.member, now=timezone.now())
    toast(request, _("Removed."))
    return redirect(url(request.community, "studio-tags", id=member.public_id))


@require_POST
@member_only
def consent(request: Any) -> HttpResponse:
    """A member's yes or no to being noted about here."""
    yes = request.POST.get("yes") == "on"
    people.set_consent(
        person=request.user, purpose=people_rules.CARE, community_id=request.community.pk,
        yes=yes, now=timezone.now(),
    )  # fmt: skip
    toast(request, _("Thank you.") if yes else _("Taken back. What was noted is gone."))
    return redirect(url(request.community, "membership"))
