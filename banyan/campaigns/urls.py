from django.urls import path

from . import studio, views

community_urlpatterns = [
    path("group-buys", views.group_buys, name="group-buys"),
    path("group-buys/<oid:id>/open", views.open_group, name="group-open"),
    path("flash-sales/<oid:id>/buy", views.buy_in_sale, name="flash-buy"),
    path("g/<oid:id>", views.group, name="group"),
    path("g/<oid:id>/join", views.join, name="group-join"),
    path("g/<oid:id>/leave", views.leave, name="group-leave"),
]
studio_urlpatterns = [
    path("campaigns", studio.campaigns, name="studio-campaigns"),
    path("campaigns/new", studio.new, name="studio-campaign-new"),
    path("campaigns/<oid:id>", studio.campaign, name="studio-campaign"),
    path("campaigns/<oid:id>/edit", studio.edit, name="studio-campaign-edit"),
    path("campaigns/<oid:id>/up", studio.put_up, name="studio-campaign-up"),
    path("campaigns/<oid:id>/withdraw", studio.withdraw, name="studio-campaign-withdraw"),
    path("campaigns/<oid:id>/stop", studio.stop, name="studio-campaign-stop"),
    path("campaigns/<oid:id>/discard", studio.discard, name="studio-campaign-discard"),
    path("campaigns/groups/<oid:id>/complete", studio.complete, name="studio-group-complete"),
]
