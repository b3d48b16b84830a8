from django.urls import path

from . import scope_studio, studio, views
from .entry import studio as entry_studio
from .entry import views as entry
from .segments import studio as segments

urlpatterns = [
    path("brand/<int:hue>-<int:chroma>.css", views.brand_css, name="brand-css"),
    path("discover", views.discover, name="discover"),
]
community_urlpatterns = [
    path("", views.home, name="community"),
    path("members", views.members, name="members"),
    path("membership", views.membership, name="membership"),
    path("leave", views.leave, name="leave"),
    path("entry", entry.entry, name="entry"),
    path("membership/consent", segments.consent, name="care-consent"),
    path("invite", entry.invite, name="invite"),
    path("invite/<oid:id>", entry.invitation, name="invitation"),
    path("invite/<oid:id>/revoke", entry.revoke, name="invitation-revoke"),
    path("members/<oid:id>/settle", entry.settle, name="settle"),
]
studio_urlpatterns = [
    path("members", studio.members, name="studio-members"),
    path("members/<oid:id>/admit", studio.admit, name="studio-admit"),
    path("members/<oid:id>/refuse", studio.refuse, name="studio-refuse"),
    path("members/<oid:id>/ban", studio.ban, name="studio-ban"),
    path("members/<oid:id>/unban", studio.unban, name="studio-unban"),
    path("members/<oid:id>/role", studio.give_role, name="studio-role"),
    path("members/<oid:id>/acts", scope_studio.acts, name="studio-acts"),
    path("members/<oid:id>/acts/take", scope_studio.take, name="studio-acts-take"),
    path("members/<oid:id>/relent", entry_studio.relent, name="studio-relent"),
    path("members/<oid:id>/settle", entry_studio.settle, name="studio-settle"),
    path("members/<oid:id>/tags", segments.tags, name="studio-tags"),
    path("members/<oid:id>/tags/<oid:tag>/take", segments.take_tag, name="studio-tag-take"),
    path("segments", segments.segments, name="studio-segments"),
    path("segments/<oid:id>/remove", segments.remove, name="studio-segment-remove"),
    path("entry", entry_studio.policy, name="studio-entry"),
    path("invitations", entry_studio.invitations, name="studio-invitations"),
    path("invitations/<oid:id>", entry_studio.invitation, name="studio-invitation"),
    path("invitations/<oid:id>/revoke", entry_studio.revoke, name="studio-invitation-revoke"),
    path("settings", studio.settings, name="studio-settings"),
]
