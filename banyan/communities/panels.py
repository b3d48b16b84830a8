from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.core.ui import nav

from .nav import add_place

add_place(key="feed", name="community", label=_("Feed"), icon="house", order=10)
add_place(key="members", name="members", label=_("Members"), icon="users", order=50, on_tabs=False)


def _me(request: Any) -> str:
    if request.user.is_authenticated:
        return reverse("me")
    return f"{reverse('account_login')}?next={request.path}"


nav.place("community_tabs", "me", label=_("Me"), icon="user", order=90, url=_me)
