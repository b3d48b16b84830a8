"""A proposed charter: its differences, the talk about it, the vote; and the history of versions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.communities.doors import member_only, reader, threshold
from banyan.communities.places import url
from banyan.core.refusals import NotAllowed
from banyan.core.ui.toasts import toast

from .. import queries as charter_queries
from ..models import Amendment, AmendmentComment, Ballot, Charter
from . import actions, queries, rules
from .forms import CommentForm, ProposeForm

WORDS = ("goal", "values", "conventions", "second_goal", "second_values", "second_conventions")


@threshold
def history(request: Any) -> HttpResponse:
    """Every version: when, by whom wanted, by how many accepted, and what it changed."""
    versions = charter_queries.history(request.community)
    adopted = {
        row.charter_id: row
        for row in Amendment.objects.of(request.community).filter(charter__isnull=False)
    }
    rows = []
    for n, charter in enumerate(versions):
        before = versions[n + 1] if n + 1 < len(versions) else None
        shown = queries.between(before, charter) if before else []
        rows.append((charter, adopted.get(charter.pk), shown))
    others = Amendment.objects.of(request.community).exclude(state=rules.ADOPTED)[:30]
    return render(request, "culture/history.html", {"rows": rows, "others": others})


@reader
def amendment(request: Any, id: UUID) -> HttpResponse:
    return _page(request, _find(request, id), CommentForm())


def _find(request: Any, id: UUID) -> Amendment:
    found: Amendment = get_object_or_404(
        Amendment.objects.of(request.community).select_related("by__person", "charter"),
        public_id=id,
    )
    found.community = request.community
    return found


def _page(request: Any, found: Amendment, form: CommentForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    member = request.member if request.member and request.member.is_in else None
    before = Charter.objects.of(request.community).filter(version=found.after_version).first()
    mine = Ballot.objects.filter(amendment=found, member=member).first() if member else None
    voters = found.electorate
    if voters is None:
        voters = queries.electorate(
            request.community, opened_at=found.opened_at, tenure_days=found.tenure_days
        )
    may_vote = member is not None and rules.may_vote(
        joined_at=member.joined_at, opened_at=found.opened_at, tenure_days=found.tenure_days
    )
    is_over = now >= found.closes_at
    return render(
        request,
        "culture/amendment.html",
        {
            "amendment": found,
            "differences": queries.differences(found, before),
            "mine": mine,
            "may_vote": may_vote,
            "takes_votes": found.is_open and not is_over,
            "is_counting": found.is_open and is_over,
            "voted": found.ballots.count(),
            "voters": voters,
            "quorum": rules.quorum(voters, found.quorum_percent),
            "comments": list(found.comments.select_related("member__person")[:300]),
            "form": form,
            "is_in": member is not None,
            "may_withdraw": found.is_open
            and member is not None
            and (found.by_id == member.pk or member.may("charter.edit")),
            "may_moderate": member is not None and member.may("content.moderate"),
        },
        status=status,
    )


@member_only
def propose(request: Any) -> HttpResponse:
    """The standing charter in a form, and why it should change."""
    policy = queries.policy(request.community)
    if not queries.may_propose(request.member, policy, timezone.now()):
        raise NotAllowed(_("In this community those who run it propose changes."))
    standing = Charter.objects.of(request.community).first()
    if standing is None:
        raise Http404
    initial = {"after_version": standing.version} | {w: getattr(standing, w) for w in WORDS}
    form = ProposeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = actions.propose(
            community=request.community, by=request.member, now=timezone.now(), why=given["why"],
            after_version=given["after_version"], **{name: given[name] for name in WORDS},
        )  # fmt: skip
        toast(request, _("Laid before the members."))
        return redirect(url(request.community, "amendment", id=made.public_id))
    return render(
        request,
        "culture/propose.html",
        {"form": form, "policy": policy},
        status=422 if request.method == "POST" else 200,
    )


@member_only
@require_POST
def vote(request: Any, id: UUID) -> HttpResponse:
    found = _find(request, id)
    choice = request.POST.get("choice", "")
    if choice in dict(rules.CHOICES):
        actions.vote(amendment=found, member=request.member, choice=choice, now=timezone.now())
        toast(request, _("Your vote is counted. You may change it until the end."))
    return redirect(url(request.community, "amendment", id=id))


@member_only
@require_POST
def comment(request: Any, id: UUID) -> HttpResponse:
    found = _find(request, id)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    said = actions.comment(
        amendment=found, member=request.member, body=form.cleaned_data["body"].strip(),
        now=timezone.now(),
    )  # fmt: skip
    return redirect(url(request.community, "amendment", id=id) + f"#said-{said.oid}")


@member_only
@require_POST
def withdraw(request: Any, id: UUID) -> HttpResponse:
    actions.withdraw(amendment=_find(request, id), by=request.member, now=timezone.now())
    toast(request, _("Taken back. The charter stays as it is."))
    return redirect(url(request.community, "amendment", id=id))


def _said(request: Any, id: UUID) -> AmendmentComment:
    found: AmendmentComment = get_object_or_404(
        AmendmentComment.objects.of(request.community).annotate(page=F("amendment__public_id")),
        public_id=id,
    )
    return found


@member_only
@require_POST
def remove_comment(request: Any, id: UUID) -> HttpResponse:
    found = _said(request, id)
    actions.remove_comment(comment=found, by=request.member, now=timezone.now())
    undo = url(request.community, "amendment-comment-restore", id=id)
    toast(request, _("Taken away."), undo=undo)
    return redirect(url(request.community, "amendment", id=found.page))


@member_only
@require_POST
def restore_comment(request: Any, id: UUID) -> HttpResponse:
    found = _said(request, id)
    actions.restore_comment(comment=found, by=request.member)
    toast(request, _("It is back."))
    return redirect(url(request.community, "amendment", id=found.page) + f"#said-{found.oid}")
