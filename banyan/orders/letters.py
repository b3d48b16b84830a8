"""Mails to buyers, in the language they bought in: paid, sent, going back, came too late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from . import links
from .models import Order, Refund


@dataclass(frozen=True)
class Words:
    subject: str
    first: str
    then: str
    label: str


def send(kind: str, order_id: int, refund: Refund | None = None) -> None:
    """Write to the buyer; nothing is sent once the address has been erased."""
    order = Order.objects.select_related("community", "person").get(pk=order_id)
    address = order.person.email if order.person and order.person.email else order.email
    if not address or not order.email:
        return
    with translation.override(order.lang):
        words = _words(kind, order, refund)
        context = {
            "order": order,
            "words": words,
            "shop": order.community.said("name", order.lang),
            "rows": order.rows,
            "shipments": list(order.shipments.order_by("pk")) if kind == "shipped" else [],
            "shows_address": kind == "paid" and order.needs_post,
            "url": links.full(order),
            "lang": order.lang,
        }
        text = render_to_string("orders/letters/letter.txt", context)
        html = render_to_string("orders/letters/letter.html", context)
    message = EmailMultiAlternatives(words.subject, text, to=[address])
    message.attach_alternative(html, "text/html")
    message.send()


def _words(kind: str, order: Order, refund: Refund | None) -> Words:
    shop = order.community.said("name", order.lang)
    said: dict[str, Any] = {"no": order.number, "shop": shop}
    if refund is not None:
        said["amount"] = order.money(refund.amount_minor).display(order.lang)
    if kind == "paid":
        then = (
            _("We pack it next and write again when it leaves.")
            if order.needs_post
            else _("We prepare it next and write again when it is ready.")
        )
        return Words(
            _("Thank you: your order %(no)s is paid") % said,
            _("%(shop)s has your order and your payment.") % said,
            then,
            _("See your order"),
        )
    if kind == "shipped":
        return Words(
            _("Your order %(no)s is on its way") % said,
            _("%(shop)s has sent your order.") % said,
            _("When it arrives, tell us with one press on its page."),
            _("Follow your order"),
        )
    if kind == "refunded":
        then = refund.reason if refund is not None and refund.reason else ""
        return Words(
            _("%(amount)s of order %(no)s goes back to you") % said,
            _("%(shop)s pays %(amount)s back, the way you paid. It can take a few days.") % said,
            then,
            _("See your order"),
        )
    return Words(
        _("Your payment for order %(no)s goes back to you") % said,
        _("Your payment of %(amount)s came too late or twice, so we send it back at once.") % said,
        _("We are sorry. You need not do anything."),
        _("See your order"),
    )
