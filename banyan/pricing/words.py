"""What is said about a discount: what it takes off, and why it does not."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from banyan.core.money import Money

from . import rules
from .models import Discount

PLAIN: dict[str, Any] = {
    rules.NOT_YET: gettext_lazy("It has not begun yet."),
    rules.OVER: gettext_lazy("It is over."),
    rules.MEMBERS: gettext_lazy("It is for members of this community."),
    rules.NOT_FOR_THESE: gettext_lazy("It is for other products."),
    rules.NOTHING_LEFT: gettext_lazy("There is nothing left to take off."),
    rules.UNKNOWN: gettext_lazy("This shop has no such code."),
    rules.ALL_TAKEN: gettext_lazy("All of them are taken."),
    rules.ENOUGH: gettext_lazy("You have used it as often as one buyer may."),
    rules.KEPT: gettext_lazy("It is kept for an order of yours that is not paid yet."),
    rules.TAKEN_BACK: gettext_lazy("The shop has taken it back."),
    rules.NOT_FIRST: gettext_lazy("It is for a first order, and you have ordered here before."),
    rules.NOT_WITH_DEAL: gettext_lazy("The price of a group goes together with no other discount."),
    rules.TOO_MANY_TRIES: gettext_lazy("That were many codes. Try again in ten minutes."),
}


def why(fault: str, rule: rules.Rule | None = None, *, currency: str = "") -> str:
    """The reason in a sentence, with the figures of the rule."""
    if rule is not None and fault == rules.TOO_LITTLE:
        least = Money(rule.least_minor, currency).display(get_language() or "en")
        return _("It holds from %(amount)s on.") % {"amount": least}
    if rule is not None and fault == rules.TOO_FEW:
        return ngettext(
            "It holds from %(n)d piece on.", "It holds from %(n)d pieces on.", rule.least_pieces
        ) % {"n": rule.least_pieces}
    if rule is not None and fault == rules.TIER:
        return _("It is for members of “%(name)s”.") % {"name": rule.tier}
    return str(PLAIN[fault])


def not_with(other: rules.Rule) -> str:
    return _("Not together with “%(name)s”, which takes more off.") % {"name": other.name}


def takes_off(discount: Discount) -> str:
    """In a few words: 10 % off, ¥20 off."""
    if discount.percent_bp:
        return _("%(percent)s%% off") % {"percent": discount.percent}
    return _("%(amount)s off") % {"amount": discount.amount.display(get_language() or "en")}


def goods(discount: Discount) -> list[str]:
    """What has to be bought for it, each a short sentence."""
    found = []
    if discount.products:
        found.append(
            ngettext("For %(n)d product", "For %(n)d products", len(discount.products))
            % {"n": len(discount.products)}
        )
    if discount.least_minor:
        least = discount.least.display(get_language() or "en")
        found.append(_("From %(amount)s on") % {"amount": least})
    if discount.least_pieces:
        found.append(
            ngettext("From %(n)d piece on", "From %(n)d pieces on", discount.least_pieces)
            % {"n": discount.least_pieces}
        )
    return found


def terms(discount: Discount) -> list[str]:
    """Its conditions, each a short sentence."""
    found = goods(discount)
    if discount.rule.members_only:
        found.append(_("For members"))
    if discount.tier:
        found.append(_("With “%(name)s” or a higher paid level") % {"name": discount.tier.name})
    if discount.first_only:
        found.append(_("For a first order"))
    if discount.most_each:
        found.append(
            ngettext("%(n)d for each buyer", "%(n)d for each buyer", discount.most_each)
            % {"n": discount.most_each}
        )
    return found
