"""Members' pages: what there is, what they have, joining, renewing, a gift; a post's inner part."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from banyan.communities import rules as communities
from banyan.communities.doors import member_only, reader
from banyan.communities.models import Member
from banyan.communities.places import url
from banyan.core.refusals import Refusal
from banyan.core.text import whole_number
from banyan.core.ui.toasts import toast
from banyan.payments import actions as payments

from . import queries, rules
from .actions import joining, lasting, paying
from .forms import GiftForm
from .models import Bill, Tier


@reader
@never_cache
@require_safe
def tiers(request: Any) -> HttpResponse:
    """What is sold and what each tier brings; for a member, what they have and when it ends."""
    return _page(request)


def _page(request: Any, *, sentence: str = "", status: int = 200) -> HttpResponse:
    community, now = request.community, timezone.now()
    member = request.member if request.member is not None and request.member.is_in else None
    found = queries.mine(member, now=now) if member else None
    offers = queries.offers(community, member, found, now=now)
    if not offers and found is None:
        raise Http404
    if request.GET.get("down"):
        sentence = sentence or _("The payment provider does not answer. Try again in a moment.")
    return render(
        request,
        "tiers/tiers.html",
        {
            "offers": offers, "mine": found, "is_in": member is not None, "rules": rules,
            "sentence": sentence, "grace_days": rules.GRACE_DAYS, "pause_days": rules.PAUSE_DAYS,
            "waits": _waits(request, member),
        },
        status=status,
    )  # fmt: skip


def _waits(request: Any, member: Member | None) -> Bill | None:
    """A bill that somebody comes back from, and that is not heard to be paid yet."""
    if member is None or not request.GET.get("paid"):
        return None
    rows = Bill.objects.of(request.community).filter(payer=member, state=rules.OPEN)
    return next((bill for bill in rows if bill.oid == request.GET["paid"]), None)


def _tier(request: Any, id: UUID) -> Tier:
    rows = Tier.objects.of(request.community).exclude(state=rules.DRAFT)
    return get_object_or_404(rows.select_related("book"), public_id=id)


@member_only
@require_POST
def pay(request: Any, id: UUID, do: str) -> HttpResponse:
    """Join, renew or go higher: a bill at the price that was shown, and on to paying it."""
    if do not in (rules.JOIN, rules.RENEW, rules.UPGRADE):
        raise Http404
    tier, now = _tier(request, id), timezone.now()
    shown = whole_number(request.POST.get("price", ""), digits=14, other=-1)
    try:
        if do == rules.UPGRADE and shown == 0:
            found = queries.mine(request.member, now=now)
            if found is None:
                raise joining.NotSold
            paying.lift_for_nothing(one=found.one, tier=tier, by=request.member, now=now)
            toast(request, _("It is the higher one from today on."))
            return redirect(url(request.community, "tiers"))
        bill = joining.ask(
            why=do, tier=tier, period=request.POST.get("period", ""), payer=request.member,
            member=request.member, price_minor=shown, key=request.form_key, now=now,
        )  # fmt: skip
        return _go_and_pay(request, bill)
    except Refusal as refusal:
        return _page(request, sentence=str(refusal.sentence), status=refusal.status)


def _go_and_pay(request: Any, bill: Bill) -> HttpResponse:
    payment = joining.pay(bill=bill, now=timezone.now())
    try:
        return redirect(payments.send(payment))
    except Refusal:
        return redirect(url(request.community, "tiers") + "?down=1")


@member_only
@require_POST
def try_out(request: Any, id: UUID) -> HttpResponse:
    tier = _tier(request, id)
    period = tier.prices[0][0]
    try:
        joining.begin_trial(tier=tier, period=period, member=request.member, now=timezone.now())
    except Refusal as refusal:
        return _page(request, sentence=str(refusal.sentence), status=refusal.status)
    toast(request, _("It is open to you now. Nothing is taken from you when it ends."))
    return redirect(url(request.community, "tiers"))


@member_only
@require_POST
def steer(request: Any, do: str) -> HttpResponse:
    """Pause, go on, cancel, or take the cancelling back."""
    acts: dict[str, Any] = {
        "pause": (lasting.pause, _("Paused. Your days are kept."), "resume"),
        "resume": (lasting.resume, _("It goes on from today."), ""),
        "cancel": (lasting.cancel, _("Cancelled. It is yours to its end."), "keep"),
        "keep": (lasting.keep, _("It goes on."), ""),
    }
    if do not in acts:
        raise Http404
    act, words, undo = acts[do]
    one = joining.living(request.member.pk)
    if one is None:
        raise Http404
    try:
        act(one=one, by=request.member, now=timezone.now())
    except Refusal as refusal:
        return _page(request, sentence=str(refusal.sentence), status=refusal.status)
    back = url(request.community, "tier-steer", do=undo) if undo else ""
    toast(request, words, undo=back)
    return redirect(url(request.community, "tiers"))


@member_only
@require_http_methods(["GET", "HEAD", "POST"])
def gift(request: Any, id: UUID) -> HttpResponse:
    """A membership for another member: whom, for how long, and on to paying it."""
    tier, sentence, status = _tier(request, id), "", 200
    if not tier.is_on:
        raise Http404
    form = GiftForm(request.POST or None, tier=tier, initial={"period": tier.prices[0][0]})
    if request.method == "POST":
        status = 422
        if form.is_valid():
            to = _named(request, form)
            if to is not None:
                try:
                    bill = joining.ask(
                        why=rules.GIFT, tier=tier, period=form.cleaned_data["period"],
                        payer=request.member, member=to, key=request.form_key,
                        price_minor=whole_number(
                            request.POST.get(f"price-{form.cleaned_data['period']}", ""),
                            digits=14, other=-1,
                        ),
                        now=timezone.now(),
                    )  # fmt: skip
                    return _go_and_pay(request, bill)
                except joining.HasOne:
                    form.add_error("to", _("This member has a membership here already."))
                except Refusal as refusal:
                    sentence, status = str(refusal.sentence), refusal.status
    return render(
        request, "tiers/gift.html", {"tier": tier, "form": form, "sentence": sentence},
        status=status,
    )  # fmt: skip


def _named(request: Any, form: GiftForm) -> Member | None:
    rows = Member.objects.of(request.community).select_related("person", "community")
    name = form.cleaned_data["to"].strip()
    found = list(rows.filter(state=communities.JOINED, person__name__iexact=name)[:2])
    if not found:
        form.add_error("to", _("No member here has this name. Look at how it is written."))
    elif len(found) > 1:
        form.add_error("to", _("Several members have this name, so we cannot tell whom you mean."))
    elif found[0].pk == request.member.pk:
        form.add_error("to", _("A gift is for somebody else. You can join yourself."))
    else:
        return found[0]
    return None
