from django.urls import include, path

from . import views

_pages = [
    path("styleguide", views.styleguide, name="styleguide"),
    path("styleguide/home", views.home, name="home"),
    path("styleguide/shop", views.shop, name="shop"),
    path("styleguide/product", views.product, name="product"),
    path("styleguide/studio", views.studio, name="studio"),
    path("styleguide/error/<int:status>", views.error, name="error"),
]
urlpatterns = [path("", include((_pages, "ui")))]
