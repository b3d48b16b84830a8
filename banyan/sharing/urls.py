from django.urls import path

from . import studio, views

urlpatterns = [
    path("s/seen", views.seen, name="share-seen"),
    path("s/<slug:code>", views.short, name="short"),
]
community_urlpatterns = [
    path("share/<slug:kind>/<oid:id>", views.sheet, name="share"),
    path("share/<slug:kind>/<oid:id>/links", views.make, name="share-make"),
    path("share/<oid:id>/poster.png", views.poster, name="share-poster"),
    path("sharing", views.mine, name="sharing"),
    path("sharing/<oid:id>/accept", views.accept, name="sharing-accept"),
    path("sharing/doubts/<oid:id>/appeal", views.appeal, name="sharing-appeal"),
    path("sharing/<oid:id>/leave", views.leave, name="sharing-leave"),
]
studio_urlpatterns = [
    path("sharing", studio.sharing, name="studio-sharing"),
    path("sharing/links/<oid:id>/off", studio.link_off, name="studio-link-off"),
    path("sharing/links/<oid:id>/on", studio.link_on, name="studio-link-on"),
    path("sharing/orders/<oid:id>/void", studio.void, name="studio-attribution-void"),
    path("sharing/doubts/<oid:id>/counts", studio.counts, name="studio-doubt-counts"),
    path("commission", studio.commission, name="studio-commission"),
    path("commission/offers/<oid:id>/end", studio.offer_end, name="studio-offer-end"),
    path("commission/<oid:id>/payout", studio.payout, name="studio-payout"),
    path("commission/payouts/<oid:id>/done", studio.payout_done, name="studio-payout-done"),
    path("commission/payouts/<oid:id>/back", studio.payout_back, name="studio-payout-back"),
]
