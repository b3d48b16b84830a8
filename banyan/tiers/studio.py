"""Operators' pages: tiers on sale, who has one, what is deferred, and the end of one by day."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from banyan.communities.doors import operator
from banyan.communities.places import url
from banyan.content.queries import thread
from banyan.core.money import Money
from banyan.core.ui.toasts import toast
from banyan.sellers.models import Book

from . import queries, rules
from .actions import ending, offering
from .actions import inner as inside
from .forms import InnerForm, TierForm
from .models import Inner, Tier

LINES = 30


@operator(offering.RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def tiers(request: Any) -> HttpResponse:
    """Tiers, members and figures; POST writes a new tier down."""
    community = request.community
    book = Book.objects.get(community=community)
    found = queries.tiers_here(community)
    free = {t.level for t in found}
    level = next((n for n in range(1, rules.LEVELS + 1) if n not in free), None)
    form = TierForm(request.POST or None, currency=book.currency, initial={"level": level})
    if request.method == "POST" and form.is_valid():
        try:
            offering.make(by=request.member, now=timezone.now(), **form.cleaned_data)
        except offering.LevelTaken as refusal:
            form.add_error("level", str(refusal.sentence))
        else:
            toast(request, _("Written down. Nobody sees it before you put it on sale."))
            return redirect(url(community, "studio-tiers"))
    page = Paginator(queries.members_here(community), LINES).get_page(request.GET.get("page"))
    return render(
        request,
        "tiers/studio_tiers.html",
        {
            "form": form, "tiers": found, "page": page, "rules": rules,
            "members": queries.with_left(list(page.object_list)),
            "figures": queries.figures(community, book),
            "may_end": request.member.may(ending.RIGHT),
        },
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


def _tier(request: Any, id: UUID) -> Tier:
    return get_object_or_404(
        Tier.objects.of(request.community).select_related("book"), public_id=id
    )


@operator(offering.RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def tier(request: Any, id: UUID) -> HttpResponse:
    """Change one. Who has paid keeps what was paid for."""
    found = _tier(request, id)
    names = ("name", "words", "level", "month_minor", "year_minor", "trial_days")
    initial = {name: getattr(found, name) for name in names}
    form = TierForm(request.POST or None, currency=found.book.currency, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            offering.change(tier=found, by=request.member, now=timezone.now(), **form.cleaned_data)
        except offering.LevelTaken as refusal:
            form.add_error("level", str(refusal.sentence))
        else:
            toast(request, _("Saved."))
            return redirect(url(request.community, "studio-tiers"))
    return render(
        request, "tiers/studio_tier.html", {"form": form, "tier": found},
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


@operator(offering.RIGHT)
@require_POST
def turn(request: Any, id: UUID, do: str) -> HttpResponse:
    if do not in (rules.ON, rules.OFF):
        raise Http404
    found = _tier(request, id)
    offering.turn(tier=found, to=do, by=request.member, now=timezone.now())
    back = rules.ON if do == rules.OFF else rules.OFF
    undo = url(request.community, "studio-tier-turn", id=found.public_id, do=back)
    words = _("Off sale. Who has it keeps it.") if do == rules.OFF else _("On sale.")
    toast(request, words, undo=undo)
    return redirect(url(request.community, "studio-tiers"))


@operator(ending.RIGHT)
@require_POST
def end(request: Any, id: UUID) -> HttpResponse:
    """End one today; the days that are left go back to who paid for them."""
    one = get_object_or_404(queries.members_here(request.community), public_id=id)
    minor = ending.end(one=one, by=request.member, now=timezone.now())
    amount = Money(minor, one.tier.currency).display(get_language() or "en")
    words = _("Ended. %(amount)s goes back.") % {"amount": amount} if minor else _("Ended.")
    toast(request, words)
    return redirect(url(request.community, "studio-tiers") + "#members")


@operator(offering.RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def inner(request: Any, id: UUID) -> HttpResponse:
    """Write the part of one's own post that only members of a tier read; take out anybody's."""
    post = thread.post(request.community, id, request.member)
    tiers = queries.on_offer(request.community)
    is_mine = post.author_id == request.member.pk
    kept = Inner.objects.of(request.community).filter(post=post).select_related("tier").first()
    if not (is_mine and tiers) and kept is None:
        raise Http404
    here = redirect(url(request.community, "post", id=post.public_id))
    initial = {"tier": kept.tier_id, "body": kept.body} if kept else {}
    form = InnerForm(request.POST or None, tiers=tiers, initial=initial)
    if request.method == "POST":
        if kept is not None and "remove" in request.POST:
            inside.take_out(post=post, by=request.member, now=timezone.now())
            toast(request, _("Taken out of the post."))
            return here
        if is_mine and form.is_valid():
            chosen = next(t for t in tiers if t.pk == form.cleaned_data["tier"])
            inside.write(
                post=post, tier=chosen, body=form.cleaned_data["body"].strip(), by=request.member,
                now=timezone.now(),
            )  # fmt: skip
            toast(request, _("Saved."))
            return here
    return render(
        request, "tiers/inner.html", {"post": post, "form": form, "kept": kept, "is_mine": is_mine},
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip
