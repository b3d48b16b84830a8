from django.urls import include, path

from . import views

_pages = [
    path("", views.styleguide, name="styleguide"),
    path("home", views.home, name="home"),
    path("shop", views.shop, name="shop"),
    path("product", views.product, name="product"),
    path("studio", views.studio, name="studio"),
    path("error/<int:status>", views.error, name="error"),
]
urlpatterns = [path("styleguide/", include((_pages, "ui")))]
