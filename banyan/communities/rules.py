"""Roles, rights, policies and names. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.people.rules import INTEREST_NAMES, INTERESTS

__all__ = ["INTERESTS", "INTEREST_NAMES"]

OWNER, OPERATOR, MODERATOR, MEMBER = "owner", "operator", "moderator", "member"
ROLES = [
    (OWNER, _("Owner")),
    (OPERATOR, _("Operator")),
    (MODERATOR, _("Moderator")),
    (MEMBER, _("Member")),
]
RANK = {MEMBER: 0, MODERATOR: 1, OPERATOR: 2, OWNER: 3}

ROLE_WORDS = [
    (OWNER, _("Owner"), _("Everything, roles and domain as well.")),
    (OPERATOR, _("Operator"), _("Runs members, posts, shop, orders, money and settings.")),
    (MODERATOR, _("Moderator"), _("Keeps posts and comments in order.")),
    (MEMBER, _("Member"), _("Reads, talks, buys.")),
]

# A right is "module.verb"; every studio door names one.
_MODERATOR = {
    "studio.see", "content.moderate", "content.hide", "members.see", "members.mute",
    "members.strike", "appeals.answer", "health.see",
}  # fmt: skip
_OPERATOR = _MODERATOR | {
    "members.admit", "members.ban", "content.edit", "catalog.edit", "catalog.import", "orders.see",
    "orders.pack", "orders.refund", "money.see", "money.costs", "settings.edit", "charter.edit",
    "culture.run", "campaigns.run",
}  # fmt: skip
_OWNER = _OPERATOR | {"members.roles", "settings.owner"}
RIGHTS: dict[str, set[str]] = {
    MEMBER: set(),
    MODERATOR: _MODERATOR,
    OPERATOR: _OPERATOR,
    OWNER: _OWNER,
}


def may(role: str, right: str) -> bool:
    return right in RIGHTS[role]


# What an owner may hand to a member as a moderator of some acts only, with an end: key, words,
# rights. Everybody with one of them sees the studio.
ACTS: list[tuple[str, Any, set[str]]] = [
    ("reports", _("Judge reports"), {"content.moderate"}),
    ("hide", _("Hide, bring back, remove"), {"content.moderate", "content.hide"}),
    ("mute", _("Mute, and end it"), {"members.see", "members.mute"}),
    ("strikes", _("Give strikes, and lift them"), {"members.see", "members.strike"}),
    ("applications", _("Answer applications"), {"members.see", "members.admit"}),
    ("appeals", _("Answer appeals"), {"content.moderate", "appeals.answer"}),
]
ACT_WORDS = {key: words for key, words, _rights in ACTS}
SCOPE_DAYS_MOST = 365


def may_within(right: str, acts: Iterable[str]) -> bool:
    """Whether a moderator of these acts only has `right`."""
    held = [rights for key, _words, rights in ACTS if key in acts]
    return bool(held) and (right == "studio.see" or any(right in rights for rights in held))


# Membership states and their moves: one machine for every way in
INVITED, APPLIED, WAITING, JOINED = "invited", "applied", "waiting", "joined"
REFUSED, APPEALED, LEFT, BANNED = "refused", "appealed", "left", "banned"
MEMBER_MOVES = {
    INVITED: (APPLIED, LEFT),
    APPLIED: (JOINED, WAITING, REFUSED, LEFT),
    WAITING: (JOINED, LEFT),
    JOINED: (LEFT, BANNED),
    LEFT: (JOINED, APPLIED, INVITED, BANNED),
    REFUSED: (APPLIED, APPEALED, INVITED, WAITING, JOINED),
    APPEALED: (JOINED, WAITING, REFUSED, LEFT),
    BANNED: (LEFT,),
}
STATES = [
    (APPLIED, _("Asked to join")),
    (WAITING, _("On the waiting list")),
    (JOINED, _("Joined")),
    (LEFT, pgettext_lazy("membership", "Left")),
    (BANNED, _("Banned")),
    (REFUSED, _("Not admitted")),
    (APPEALED, _("Asked to look again")),
    (INVITED, _("Invited")),
]
UNDER_WAY = (APPLIED, APPEALED, WAITING, INVITED)  # on their way in; may take it back
TO_DECIDE = (APPLIED, APPEALED)

PUBLIC, MEMBERS_ONLY, HIDDEN = "public", "members", "hidden"
VISIBILITIES = [
    (PUBLIC, _("Everybody can read")),
    (MEMBERS_ONLY, _("Listed, but only members read")),
    (HIDDEN, _("Not listed, only members know it")),
]
OPEN, APPROVAL, INVITE = "open", "approval", "invite"
JOIN_POLICIES = [
    (OPEN, _("Open to all")),
    (APPROVAL, _("By approval")),
    (INVITE, _("By invitation only")),
]

STAGES = ["seed", "sapling", "canopy", "market", "grove"]

# First parts of addresses that no community may take.
RESERVED = {
    "about", "account", "accounts", "admin", "api", "app", "assets", "auth", "banyan", "basket",
    "cart", "charter", "checkout", "confirm", "contact", "dev", "discover", "feed", "g", "health",
    "help", "home", "hooks", "host", "language", "legal", "live", "login", "logout", "me", "media",
    "messages", "chat",
    "my", "new", "notifications", "orders", "p", "pay", "payments", "people", "privacy", "private",
    "robots", "search", "settings", "shop", "sign-in", "sign-up", "signup", "sitemap", "start",
    "static", "status", "studio", "styleguide", "support", "terms", "theme", "wallet", "welcome",
    "well-known", "brand", "ws", "www", "join", "leave", "members", "zone", "manifest", "sandbox",
}  # fmt: skip
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])\Z")


_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+[a-z][a-z0-9-]{{1,62}}\Z")


def is_domain(name: str) -> bool:
    """A host name with a dot, no port, no address of a machine."""
    return len(name) <= 200 and bool(_DOMAIN.match(name))


def is_good_slug(slug: str) -> bool:
    """2 to 40 of a-z, 0-9 and inner hyphens, and not reserved."""
    return bool(_SLUG.match(slug)) and slug not in RESERVED and "--" not in slug


# The lightness of the brand colour in the light theme, where the gamut is narrowest.
_BRAND_LIGHTNESS = 0.43


def clamp_chroma(chroma: float, hue: float = 158) -> float:
    """Brand chroma (OKLCH) that keeps text readable and that sRGB can show: 0 to 0.20."""
    chroma = min(max(chroma, 0.0), 0.20)
    while chroma > 0 and not _is_srgb(_BRAND_LIGHTNESS, chroma, hue):
        chroma = round(chroma - 0.005, 3)
    return max(chroma, 0.0)


def _is_srgb(lightness: float, chroma: float, hue: float) -> bool:
    """Whether an OKLCH colour lies in sRGB. Matrices: CSS Color 4, OKLab to linear sRGB."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    l_ = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    rgb = (
        4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_,
        -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_,
        -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_,
    )
    return all(-0.0005 <= part <= 1.0005 for part in rgb)
