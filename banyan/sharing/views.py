"""Short links, the share sheet, the poster, and what came of what a member shared."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from banyan.communities import rules as places
from banyan.communities.doors import member_only, reader
from banyan.communities.models import Community, Member
from banyan.communities.places import full_url, url
from banyan.core.doors import public
from banyan.core.idempotency import keyless
from banyan.core.ui.toasts import toast
from banyan.sellers.models import Book

from . import accounts, fonts, links, posters, queries, rules, things, traces, visits
from .actions import attributing, doubting, earning, linking
from .forms import AppealForm
from .models import Doubt, Link, Offer

LINES = 20


@public
@never_cache
@require_safe
def short(request: Any, code: str) -> HttpResponse:
    """On to the thing. Nothing is written here: the browser keeps what it came by."""
    link = (
        Link.objects.select_related("community", "member")
        .filter(code=code, community__closed_at=None)
        .first()
    )
    if link is None or not _may_know(request, link.community):
        raise Http404
    if link.community.domain and getattr(request, "domain_slug", None) != link.community.slug:
        return redirect(links.short(link.community, code))
    thing = things.of(link.community, [(link.kind, link.thing_id)]).get((link.kind, link.thing_id))
    answer = redirect(thing.url if thing is not None else url(link.community, "community"))
    own = request.user.is_authenticated and link.member.person_id == request.user.pk
    now = timezone.now()
    if link.works(now) and not own:
        visits.remember(request, answer, community_id=link.community_id, link_id=link.pk, now=now)
        if queries.earns(link.member_id):
            traces.know_again(request, answer)
    return answer


def _may_know(request: Any, community: Community) -> bool:
    """A hidden community is known to its members alone; a link is no invitation."""
    if community.visibility != places.HIDDEN:
        return True
    if not request.user.is_authenticated:
        return False
    rows = Member.objects.of(community).filter(person=request.user, state=places.JOINED)
    return bool(rows.exists())


@public
@keyless
@require_POST
def seen(request: Any) -> HttpResponse:
    """The page that a link led to was looked at: write its touch. The same again does no harm."""
    found = visits.read(request)
    if found:
        attributing.note(found)
    return HttpResponse(status=204)


def _thing(request: Any, kind: str, id: UUID) -> things.Shown:
    found = things.find(request.community, kind, id)
    if found is None:
        raise Http404
    return found


def _member(request: Any) -> Any:
    return request.member if request.member is not None and request.member.is_in else None


@reader
@require_safe
def sheet(request: Any, kind: str, id: UUID) -> HttpResponse:
    """Everything there is to share one thing with. Strangers get its plain address."""
    thing, member, community = _thing(request, kind, id), _member(request), request.community
    own = queries.links_to(member, thing) if member else {}
    offer = queries.running_offer(community) if member else None
    promoter = queries.part_in(offer, member)
    now = timezone.now()
    words = " · ".join(dict.fromkeys([thing.title, community.here_name]))
    rows = [
        {
            "channel": channel,
            "label": label,
            "link": own[channel],
            "address": links.short(community, own[channel].code),
            "advice": rules.advice(channel),
            "works": own[channel].works(now),
        }
        for channel, label in rules.CHANNELS
        if channel in own
    ]
    by = {row["channel"]: row for row in rows}
    return render(
        request,
        "sharing/sheet.html",
        {
            "thing": thing,
            "id": id,
            "is_member": member is not None,
            "rows": rows,
            "by": by,
            "is_off": bool(rows) and not all(row["works"] for row in rows),
            "words": words,
            "address": _plain(request, thing),
            "offer": offer,
            "promoter": promoter,
            "disclosure": disclosure(member) if promoter else "",
            "forcing": rules.forcing_words(f"{thing.title} {thing.line}"),
            "lacks_words": bool(rows) and posters.lacks_words(thing, community),
        },
    )


def _plain(request: Any, thing: things.Shown) -> str:
    address = thing.url
    return address if "://" in address else links.host(request.community) + address


def disclosure(member: Any) -> str:
    """What stands beside everything a promoter shares. Nobody can take it off."""
    return _("Shared by %(name)s, who earns from sales") % {"name": member.person}


@member_only
@require_POST
def make(request: Any, kind: str, id: UUID) -> HttpResponse:
    thing = _thing(request, kind, id)
    now = timezone.now()
    linking.share(member=request.member, thing=thing, now=now)
    answer = redirect(url(request.community, "share", kind=kind, id=id))
    if queries.part_in(queries.running_offer(request.community), request.member):
        traces.know_again(request, answer)
        traces.keep_of_sharer(request, request.member, now=now)
    return answer


@member_only
@require_safe
def poster(request: Any, id: UUID) -> HttpResponse:
    """The picture for one's own link."""
    link = get_object_or_404(
        Link.objects.of(request.community), public_id=id, member=request.member,
        channel=rules.POSTER,
    )  # fmt: skip
    key = (link.kind, link.thing_id)
    thing = things.of(request.community, [key]).get(key)
    if thing is None:
        raise Http404
    promoter = queries.part_in(queries.running_offer(request.community), request.member)
    drawn = posters.of(
        thing, request.community, address=links.short(request.community, link.code),
        disclosure=disclosure(request.member) if promoter else "",
    )  # fmt: skip
    answer = HttpResponse(posters.png(drawn, name=link.oid), content_type="image/png")
    answer["Content-Disposition"] = f'inline; filename="{request.community.slug}-{link.code}.png"'
    answer["Cache-Control"] = "private, max-age=60"
    return answer


@member_only
@require_safe
def mine(request: Any) -> HttpResponse:
    """What I shared, what came of it, and what it earned."""
    return _mine(request)


@member_only
@require_POST
def appeal(request: Any, id: UUID) -> HttpResponse:
    """Say why a doubted order is real. Somebody else's is not there."""
    rows = Doubt.objects.of(request.community)
    found = get_object_or_404(rows, public_id=id, attribution__member=request.member)
    form = AppealForm(request.POST, auto_id=f"id_{found.oid}_%s")
    if not form.is_valid():
        return _mine(request, appeal=form, of=found, status=422)
    doubting.appeal(
        doubt=found, by=request.member, text=form.cleaned_data["appeal"], now=timezone.now()
    )
    toast(request, _("Sent. You are told what is decided."))
    return redirect(url(request.community, "sharing") + "#doubts")


def _mine(
    request: Any, *, appeal: AppealForm | None = None, of: Doubt | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    member = request.member
    member.community = request.community
    shared, all_ = queries.shared_by(member)
    offer = queries.running_offer(request.community)
    page = Paginator(queries.commissions_of(member), LINES).get_page(request.GET.get("page"))
    book = Book.objects.get(community=request.community)
    doubts = queries.doubts_of(member)
    for one in doubts:
        bound = of is not None and of.pk == one.pk
        one.form = appeal if bound else AppealForm(auto_id=f"id_{one.oid}_%s")
    return render(
        request,
        "sharing/mine.html",
        {
            "shared": shared,
            "all": all_,
            "window_days": queries.terms_of(request.community.pk).window_days,
            "offer": offer,
            "only_for": _titles(request.community, offer),
            "promoter": queries.part_in(offer, member),
            "page": page,
            "purse": accounts.purse(book, request.user.pseudonym),
            "payouts": list(queries.payouts_of(member)[:LINES]),
            "address": full_url(request.community, "community"),
            "can_write_chinese": fonts.can_write_chinese(),
            "doubts": doubts,
        },
        status=status,
    )


def _titles(community: Any, offer: Offer | None) -> list[things.Shown]:
    if offer is None or not offer.product_ids:
        return []
    found = things.of(community, [(rules.PRODUCT, pk) for pk in offer.product_ids])
    return list(found.values())


def _offer(request: Any, id: UUID) -> Offer:
    return get_object_or_404(Offer.objects.of(request.community), public_id=id)


@member_only
@require_POST
def accept(request: Any, id: UUID) -> HttpResponse:
    now = timezone.now()
    earning.accept(offer=_offer(request, id), member=request.member, now=now)
    toast(request, _("From now on what you share earns, and says so."))
    answer = redirect(url(request.community, "sharing"))
    traces.know_again(request, answer)
    traces.keep_of_sharer(request, request.member, now=now)
    return answer


@member_only
@require_POST
def leave(request: Any, id: UUID) -> HttpResponse:
    earning.leave(offer=_offer(request, id), member=request.member, now=timezone.now())
    toast(request, _("You share without earning now. What you have earned stays yours."))
    return redirect(url(request.community, "sharing"))
