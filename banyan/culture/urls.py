from django.urls import path

from . import start, studio, views

urlpatterns = [
    path("start", start.start, name="start"),
    path("start/slug", start.slug_state, name="start-slug"),
]
community_urlpatterns = [
    path("charter", views.charter, name="charter"),
    path("charter/sign", views.sign, name="charter-sign"),
    path("charter/<int:version>", views.charter_version, name="charter-version"),
    path("join", views.join, name="join"),
]
studio_urlpatterns = [path("charter", studio.charter, name="studio-charter")]
