"""Roles, rights, policies and names. Pure."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

OWNER, OPERATOR, MODERATOR, MEMBER = "owner", "operator", "moderator", "member"
ROLES = [
    (OWNER, _("Owner")),
    (OPERATOR, _("Operator")),
    (MODERATOR, _("Moderator")),
    (MEMBER, _("Member")),
]
RANK = {MEMBER: 0, MODERATOR: 1, OPERATOR: 2, OWNER: 3}

# A right is "module.verb"; every studio door names one.
_MODERATOR = {"studio.see", "content.moderate", "members.see"}
_OPERATOR = _MODERATOR | {
    "members.admit", "members.ban", "content.edit", "catalog.edit", "catalog.import", "orders.see",
    "orders.pack", "orders.refund", "money.see", "money.costs", "settings.edit", "charter.edit",
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


# Membership states and their moves
APPLIED, JOINED, LEFT, BANNED, REFUSED = "applied", "joined", "left", "banned", "refused"
MEMBER_MOVES = {
    APPLIED: (JOINED, REFUSED, LEFT),
    JOINED: (LEFT, BANNED),
    LEFT: (JOINED, APPLIED, BANNED),
    REFUSED: (APPLIED, JOINED),
    BANNED: (LEFT,),
}
STATES = [
    (APPLIED, _("Asked to join")),
    (JOINED, _("Joined")),
    (LEFT, _("Left")),
    (BANNED, _("Banned")),
    (REFUSED, _("Not admitted")),
]

PUBLIC, MEMBERS_ONLY, HIDDEN = "public", "members", "hidden"
VISIBILITIES = [
    (PUBLIC, _("Everybody can read")),
    (MEMBERS_ONLY, _("Listed, but only members read")),
    (HIDDEN, _("Not listed, only members know it")),
]
OPEN, APPROVAL = "open", "approval"
JOIN_POLICIES = [(OPEN, _("Open to all")), (APPROVAL, _("By approval"))]

STAGES = ["seed", "sapling", "canopy", "market", "grove"]

INTERESTS = [
    ("ceramics", _("Ceramics")), ("tea", _("Tea")), ("candles", _("Candles and light")),
    ("food", _("Food and cooking")), ("coffee", _("Coffee")), ("plants", _("Plants and gardens")),
    ("clothing", _("Clothing")), ("textiles", _("Textiles")), ("wood", _("Woodwork")),
    ("books", _("Books")), ("music", _("Music")), ("photography", _("Photography")),
    ("outdoors", _("Outdoors")), ("sports", _("Sports")), ("games", _("Games")),
    ("pets", _("Pets")), ("home", _("Home")), ("beauty", _("Beauty")), ("tech", _("Technology")),
    ("learning", _("Learning")), ("parenting", _("Parenting")), ("travel", _("Travel")),
]  # fmt: skip

# First parts of addresses that no community may take.
RESERVED = {
    "about", "account", "accounts", "admin", "api", "app", "assets", "auth", "banyan", "basket",
    "cart", "charter", "checkout", "confirm", "contact", "dev", "discover", "feed", "g", "health",
    "help", "home", "hooks", "host", "language", "legal", "live", "login", "logout", "me", "media", "my",
    "new", "notifications", "orders", "p", "pay", "payments", "people", "privacy", "private",
    "robots", "search", "settings", "shop", "sign-in", "sign-up", "signup", "sitemap", "start",
    "static", "status", "studio", "styleguide", "support", "terms", "theme", "wallet", "welcome",
    "well-known", "ws", "www", "join", "leave", "members", "zone", "manifest", "sandbox",
}  # fmt: skip
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])\Z")


def is_good_slug(slug: str) -> bool:
    """2 to 40 of a-z, 0-9 and inner hyphens, and not reserved."""
    return bool(_SLUG.match(slug)) and slug not in RESERVED and "--" not in slug


def clamp_chroma(chroma: float) -> float:
    """Brand chroma (OKLCH) that keeps text readable at every hue: 0 to 0.20."""
    return min(max(chroma, 0.0), 0.20)
