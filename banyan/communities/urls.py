from django.urls import path

from . import views

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
