from __future__ import annotations

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from banyan.core.ui import nav

nav.place(
    "me", "me", label=_("Profile"), icon="user", order=10, url=lambda r: str(reverse_lazy("me"))
)
nav.place(
    "me", "security", label=_("Ways to sign in"), icon="key-round", order=80,
    url=lambda r: str(reverse_lazy("me-security")),
)  # fmt: skip
nav.place(
    "me", "privacy", label=_("Privacy"), icon="shield-check", order=90,
    url=lambda r: str(reverse_lazy("me-privacy")),
)  # fmt: skip
