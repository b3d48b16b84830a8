from django.utils.translation import gettext_lazy as _

from banyan.communities.nav import add_studio_place

add_studio_place(
    key="today",
    name="studio-today",
    label=_("Today"),
    icon="sun",
    order=10,
    right="studio.see",
    on_tabs=True,
)
