from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.communities.nav import add_studio_place
from banyan.communities.places import url
from banyan.core.ui import nav

add_studio_place(
    key="today",
    name="studio-today",
    label=_("Today"),
    icon="sun",
    order=10,
    right="studio.see",
    on_tabs=True,
)


def _new(request: Any) -> str | None:
    """Only where something can be begun."""
    member = getattr(request, "member", None)
    if member is None or not member.may("studio.see") or not nav.links("studio_new", request):
        return None
    return url(request.community, "studio-new")


nav.place("studio_tabs", "new", label=_("New"), icon="plus", url=_new, order=35, middle=True)
