from django.urls import path

from . import views
from .studio import imports, photos, products, variants

community_urlpatterns = [
    path("shop", views.shop, name="shop"),
    path("shop/<slug:slug>", views.product, name="product"),
]

_ONE = "catalog/<oid:id>"
studio_urlpatterns = [
    path("catalog", products.catalog, name="studio-catalog"),
    path("catalog/new", products.new, name="studio-product-new"),
    path("catalog/publish", products.publish_many, name="studio-catalog-publish"),
    path("catalog/export", products.export, name="studio-catalog-export"),
    path("catalog/photos/retry", photos.retry_all, name="studio-photos-retry"),
    path("catalog/import", imports.upload, name="studio-import"),
    path("catalog/import/<oid:id>", imports.run, name="studio-import-run"),
    path("catalog/import/<oid:id>/apply", imports.apply, name="studio-import-apply"),
    path(_ONE, products.product, name="studio-product"),
    path(f"{_ONE}/options", variants.options, name="studio-product-options"),
    path(f"{_ONE}/variants", variants.table, name="studio-product-variants"),
    path(f"{_ONE}/stock/<oid:variant>", variants.stock, name="studio-product-stock"),
    path(f"{_ONE}/photos", photos.add, name="studio-product-photos"),
    path(f"{_ONE}/photos/<oid:photo>/<slug:do>", photos.photo, name="studio-product-photo"),
    path(f"{_ONE}/<slug:do>", products.state, name="studio-product-state"),
]
