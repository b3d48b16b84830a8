from django.urls import path

from . import studio, views

urlpatterns = [
    path("brand/<int:hue>-<int:chroma>.css", views.brand_css, name="brand-css"),
    path("discover", views.discover, name="discover"),
]
community_urlpatterns = [
    path("", views.home, name="community"),
    path("members", views.members, name="members"),
    path("membership", views.membership, name="membership"),
    path("leave", views.leave, name="leave"),
]
studio_urlpatterns = [
    path("members", studio.members, name="studio-members"),
    path("members/<oid:id>/admit", studio.admit, name="studio-admit"),
    path("members/<oid:id>/refuse", studio.refuse, name="studio-refuse"),
    path("members/<oid:id>/ban", studio.ban, name="studio-ban"),
    path("members/<oid:id>/unban", studio.unban, name="studio-unban"),
    path("members/<oid:id>/role", studio.give_role, name="studio-role"),
    path("settings", studio.settings, name="studio-settings"),
]
