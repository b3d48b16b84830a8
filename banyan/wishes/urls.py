from django.urls import path

from . import views

community_urlpatterns = [
    path("wishes", views.wishes, name="wishes"),
    path("shop/<slug:slug>/wish", views.wish, name="wish"),
    path("shop/<slug:slug>/wish/price", views.watch, name="wish-price"),
    path("shop/<slug:slug>/wish/stock", views.wait, name="wish-stock"),
]
