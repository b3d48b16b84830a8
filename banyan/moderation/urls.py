from django.urls import path

from . import studio, views

community_urlpatterns = [
    path("log", views.log, name="log"),
    path("report/<slug:kind>/<oid:id>", views.report, name="report"),
]
studio_urlpatterns = [
    path("content", studio.content, name="studio-content"),
    path(
        "content/<slug:kind>/<oid:id>/<slug:verdict>", studio.decide, name="studio-content-decide"
    ),
]
