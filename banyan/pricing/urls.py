from django.urls import path

from . import studio, views

community_urlpatterns = [
    path("coupons", views.coupons, name="coupons"),
    path("coupons/<oid:id>/take", views.take, name="coupon-take"),
]
studio_urlpatterns = [
    path("discounts", studio.discounts, name="studio-discounts"),
    path("discounts/new", studio.new, name="studio-discount-new"),
    path("discounts/together", studio.together, name="studio-discounts-together"),
    path("discounts/coupons/<oid:id>/revoke", studio.revoke, name="studio-coupon-revoke"),
    path("discounts/<oid:id>", studio.discount, name="studio-discount"),
    path("discounts/<oid:id>/edit", studio.edit, name="studio-discount-edit"),
    path("discounts/<oid:id>/activate", studio.activate, name="studio-discount-activate"),
    path("discounts/<oid:id>/end", studio.end, name="studio-discount-end"),
    path("discounts/<oid:id>/discard", studio.discard, name="studio-discount-discard"),
]
