"""Answers for the tables of the libraries we use, and what each table is called to its owner."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.core.privacy import Privacy, others

_NOBODY = Privacy(person=None, exports="none", on_erase="keep", keeps="always", why="about nobody")

others.update(
    {
        "account.emailaddress": Privacy(
            person="user",
            exports=("email", "verified", "primary"),
            on_erase="delete",
            keeps="while you use it",
        ),
        "account.emailconfirmation": Privacy(
            person="email_address__user", exports="none", on_erase="delete", keeps="three days"
        ),
        "mfa.authenticator": Privacy(
            person="user",
            exports=("type", "created_at", "last_used_at"),
            on_erase="delete",
            keeps="until you remove it",
            why="the secrets in it open nothing but this account, so they stay out of the file",
        ),
        "usersessions.usersession": Privacy(
            person="user",
            exports=("created_at", "last_seen_at", "ip", "user_agent"),
            on_erase="delete",
            keeps="until you sign out",
        ),
        "sessions.session": Privacy(
            person=None,
            exports="none",
            on_erase="delete",
            keeps="60 days",
            why="ended with the sign-in it belongs to (usersessions.usersession)",
        ),
        "auth.permission": _NOBODY,
        "auth.group": _NOBODY,
        "contenttypes.contenttype": _NOBODY,
        "django_tasks_database.dbtaskresult": Privacy(
            person=None, exports="none", on_erase="keep", keeps="a week", why="arguments are ids"
        ),
    }
)

# What a table about people is called on the privacy page.
NAMES: dict[str, str | Promise] = {
    "people.person": _("Your profile"),
    "people.tag": _("Tags about you"),
    "people.consent": _("What you said yes to"),
    "people.export": _("Files made for you"),
    "core.activity": _("What you did here"),
    "core.picture": _("Your pictures"),
    "communities.member": _("Your memberships"),
    "culture.charter": _("Charters you published"),
    "culture.acceptance": _("Charters you signed"),
    "culture.amendment": _("Changes of a charter you proposed"),
    "culture.ballot": _("Votes on charters you took part in"),
    "culture.amendmentcomment": _("What you said about charters"),
    "culture.page": _("Lines of history you wrote"),
    "culture.example": _("Examples you named"),
    "culture.experiment": _("Experiments you started"),
    "culture.goal": _("Goals you set"),
    "culture.pulseasked": _("When you were asked about belonging"),
    "culture.ritual": _("Rituals you began"),
    "culture.volunteer": _("Rituals you offered to host"),
    "culture.turn": _("Turns you hosted"),
    "challenges.challenge": _("Challenges you announced"),
    "ledger.entry": _("Entries in the books you made"),
    "ledger.leg": _("Your lines in the books"),
    "ledger.cost": _("Costs you noted"),
    "payments.payment": _("Your payments"),
    "catalog.stockchange": _("Stock you changed"),
    "catalog.importrun": _("Files you imported"),
    "orders.basket": _("Your baskets"),
    "orders.basketline": _("What is in your baskets"),
    "orders.order": _("Your orders"),
    "orders.orderline": _("What you ordered"),
    "orders.ordernote": _("Steps you took with orders"),
    "orders.shipment": _("Parcels to you"),
    "orders.refund": _("Your refunds"),
    "orders.refundline": _("What was paid back to you"),
    "account.emailaddress": _("Your e-mail addresses"),
    "account.emailconfirmation": _("E-mail confirmations under way"),
    "mfa.authenticator": _("Your passkeys and codes"),
    "usersessions.usersession": _("Where you are signed in"),
}


def name_of(model: Any) -> str:
    """The table's name in the reader's words; a table of ours is named here or by itself."""
    said = NAMES.get(model._meta.label_lower) or getattr(model, "privacy_name", "")
    return str(said or model._meta.verbose_name_plural)
