from django.urls import path

from . import studio, views

community_urlpatterns = [
    path("tiers", views.tiers, name="tiers"),
    path("tiers/mine/<slug:do>", views.steer, name="tier-steer"),
    path("tiers/<oid:id>/gift", views.gift, name="tier-gift"),
    path("tiers/<oid:id>/try", views.try_out, name="tier-try"),
    path("tiers/<oid:id>/<slug:do>", views.pay, name="tier-pay"),
]
studio_urlpatterns = [
    path("posts/<oid:id>/inner", studio.inner, name="studio-post-inner"),
    path("tiers", studio.tiers, name="studio-tiers"),
    path("tiers/<oid:id>", studio.tier, name="studio-tier"),
    path("tiers/members/<oid:id>/end", studio.end, name="studio-membership-end"),
    path("tiers/<oid:id>/<slug:do>", studio.turn, name="studio-tier-turn"),
]
