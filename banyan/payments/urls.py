from django.urls import path

from . import studio, views

urlpatterns = [
    path("hooks/payments/<slug:name>", views.hook, name="payment-hook"),
    path("pay/return/<oid:id>", views.come_back, name="payment-return"),
]
studio_urlpatterns = [
    path("money/refunds/<oid:id>/again", studio.refund_again, name="studio-payment-refund-again"),
]
