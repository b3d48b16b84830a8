"""By whose sharing somebody came, joined or ordered. Each is written once and stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from banyan.communities.models import Member
from banyan.core.db.inserting import insert_if_new
from banyan.core.events import announce
from banyan.core.text import lang_of
from banyan.orders.models import Order

from .. import queries, rules, traces
from ..events import AttributionRestored, AttributionVoided, MemberBrought, OrderAttributed
from ..models import Attribution, Bond, Link, Offer, Promoter, Terms, Touch
from ..visits import Seen
from . import doubting, earning


@transaction.atomic
def note(seen: Sequence[Seen]) -> None:
    """Write touches to the log. The same visit again changes nothing."""
    known = set(Link.objects.filter(pk__in={s.link_id for s in seen}).values_list("pk", flat=True))
    for one in seen:
        if one.link_id in known:
            insert_if_new(Touch(link_id=one.link_id, visit=one.visit, at=one.at))


def _links(seen: Sequence[Seen], community_id: int) -> dict[int, Link]:
    rows = Link.objects.select_related("member__person").filter(
        pk__in={s.link_id for s in seen}, community_id=community_id
    )
    return {link.pk: link for link in rows}


def _counts(link: Link | None, one: Seen, *, now: datetime, days: int) -> bool:
    return (
        link is not None
        and link.off_at is None
        and link.works(one.at)
        and link.member.is_in
        and rules.in_window(one.at, now=now, days=days)
    )


@transaction.atomic
def attribute(
    *, order_id: int, seen: Sequence[Seen], marks: traces.Marks = (), now: datetime
) -> Attribution | None:
    """Fix by whose sharing a just placed order came: the last touch inside the window.

    Never the buyer's own link, by account or by address; None when nobody's counts. Where the
    shop lets inviters keep whom they brought, the buyer's inviter comes before any touch.
    """
    order = Order.objects.select_related("person").get(pk=order_id)
    terms = queries.terms_of(order.community_id)
    kept = _inviter_of(order, terms)
    if kept is not None:
        return _fix(order, kept.inviter, kept.link, touched_at=kept.bound_at, terms=terms, now=now)
    links = _links(seen, order.community_id)
    for one in seen:
        link = links.get(one.link_id)
        if not _counts(link, one, now=now, days=terms.window_days) or link is None:
            continue
        sharer = link.member.person
        if sharer.pk == order.person_id or sharer.email.lower() == order.email.lower():
            continue
        insert_if_new(Touch(link=link, visit=one.visit, at=one.at))
        made = _fix(order, link.member, link, touched_at=one.at, terms=terms, now=now)
        if made.offer_id is not None:
            traces.keep_of_order(marks, made, now=now)
        return made
    return None


@transaction.atomic
def attribute_to_inviter(*, order_id: int, now: datetime) -> Attribution | None:
    """An order without a touch, of somebody whose inviter keeps them. Twice changes nothing."""
    order = Order.objects.select_related("person").get(pk=order_id)
    if order.person_id is None or Attribution.objects.filter(order=order).exists():
        return None
    terms = queries.terms_of(order.community_id)
    kept = _inviter_of(order, terms)
    if kept is None:
        return None
    return _fix(order, kept.inviter, kept.link, touched_at=kept.bound_at, terms=terms, now=now)


def _inviter_of(order: Order, terms: Terms) -> Bond | None:
    since = terms.inviter_keeps_from
    if since is None or order.person_id is None or order.placed_at < since:
        return None
    bond: Bond | None = (
        Bond.objects.select_related("inviter__person", "link")
        .filter(
            community_id=order.community_id, member__person_id=order.person_id,
            bound_at__lte=order.placed_at,
        )
        .first()
    )  # fmt: skip
    return bond if bond is not None and bond.inviter.is_in else None


def _fix(
    order: Order, member: Member, link: Link | None, *, touched_at: datetime, terms: Terms,
    now: datetime,
) -> Attribution:  # fmt: skip
    offer = accepted_offer(member, now=now)
    second = None
    if offer is not None and offer.second_bp:
        above = Bond.objects.select_related("inviter__person").filter(member=member).first()
        if above is not None and above.inviter.person_id != order.person_id:
            second = above.inviter if accepted_offer(above.inviter, now=now) == offer else None
    made = Attribution.objects.create(
        community_id=order.community_id, order=order, member=member, link=link, offer=offer,
        second=second, window_days=terms.window_days, touched_at=touched_at, made_at=now,
    )  # fmt: skip
    announce(
        OrderAttributed(
            community_id=order.community_id, object_id=order.pk, now=now,
            subject=member.person.pseudonym, amount_minor=order.total_minor,
            currency=order.currency,
        )
    )  # fmt: skip
    return made


def accepted_offer(member: Member, *, now: datetime) -> Offer | None:
    """The offer that runs here, when this member has accepted it."""
    row = (
        Promoter.objects.select_related("offer")
        .filter(
            member=member, left_at=None, accepted_at__lte=now, offer__ended_at=None,
            offer__community_id=member.community_id,
        )
        .first()
    )  # fmt: skip
    return row.offer if row is not None else None


@transaction.atomic
def bind(
    *, member_id: int, seen: Sequence[Seen], person: UUID | None, now: datetime
) -> Bond | None:
    """Fix who brought a new member: a personal invitation, else the last touch that counts.

    Only somebody who was here before; the first bond stays.
    """
    member = Member.objects.select_related("person", "invitation__by__person").get(pk=member_id)
    inviter: Member | None = None
    by: Link | None = None
    if member.invitation is not None and not member.invitation.is_pass:
        inviter = member.invitation.by
    else:
        days = queries.terms_of(member.community_id).window_days if seen else 0
        links = _links(seen, member.community_id)
        for one in seen:
            link = links.get(one.link_id)
            if link is not None and _counts(link, one, now=now, days=days):
                insert_if_new(Touch(link=link, visit=one.visit, at=one.at))
                inviter, by = link.member, link
                break
    if inviter is None or inviter.pk >= member.pk:
        return None
    above = Bond.objects.filter(member=inviter).values_list("depth", flat=True).first()
    insert_if_new(
        Bond(
            community_id=member.community_id, member=member, inviter=inviter, link=by,
            depth=(above or 0) + 1, bound_at=now,
        )
    )  # fmt: skip
    bond: Bond = Bond.objects.get(member=member)
    if bond.inviter_id == inviter.pk and bond.bound_at == now:
        announce(
            MemberBrought(
                community_id=member.community_id, object_id=member.pk, actor=person, now=now,
                subject=inviter.person.pseudonym,
            )
        )  # fmt: skip
    return bond


@transaction.atomic
def void(*, attribution: Attribution, by: Member, reason: str, now: datetime) -> None:
    """It does not count: what it earned is taken back in the books. WrongMoment the second time."""
    Order.objects.select_for_update(no_key=True).get(pk=attribution.order_id)
    rows = Attribution.objects.filter(pk=attribution.pk, voided_at=None)
    said = {"voided_at": now, "voided_by": by, "reason": reason, "lang": lang_of(reason)}
    if not rows.update(**said):
        doubting.check_appealed(attribution)  # and then it is said once more, for good
        Attribution.objects.filter(pk=attribution.pk).update(**said)
    for name, value in said.items():
        setattr(attribution, name, value)
    doubting.voided(attribution, by=by, now=now)
    earning.adjust(order_id=attribution.order_id, now=now)
    _say(AttributionVoided, attribution, by, now)


@transaction.atomic
def let_count(*, attribution: Attribution, by: Member, now: datetime) -> None:
    """A person has looked at a doubt: the order counts, also after a void that was appealed."""
    Order.objects.select_for_update(no_key=True).get(pk=attribution.order_id)
    doubting.counts(attribution, by=by, now=now)
    rows = Attribution.objects.filter(pk=attribution.pk, voided_at__isnull=False)
    if not rows.update(voided_at=None, voided_by=None, reason="", lang=""):
        return
    attribution.voided_at = None
    earning.give_again(order_id=attribution.order_id, now=now)
    _say(AttributionRestored, attribution, by, now)


def _say(kind: type, attribution: Attribution, by: Member, now: datetime) -> None:
    announce(
        kind(
            community_id=attribution.community_id, object_id=attribution.order_id,
            actor=by.person.pseudonym, subject=attribution.member.person.pseudonym, now=now,
        )
    )  # fmt: skip
