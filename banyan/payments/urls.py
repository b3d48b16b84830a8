from django.urls import path

from . import views

urlpatterns = [
    path("hooks/payments/<slug:name>", views.hook, name="payment-hook"),
    path("pay/return/<oid:id>", views.come_back, name="payment-return"),
]
