from django.urls import path

from . import studio, views

community_urlpatterns = [path("here", views.here, name="here")]
studio_urlpatterns = [
    path("held", studio.held, name="studio-held"),
    path("held/<oid:id>/<slug:do>", studio.review, name="studio-held-review"),
    path("guard", studio.guard, name="studio-guard"),
    path("trust", studio.trust, name="studio-trust"),
    path("trust/<oid:id>", studio.one, name="studio-trust-one"),
    path("trust/<oid:id>/free", studio.free, name="studio-trust-free"),
    path("trust/undo/<oid:id>", studio.undo, name="studio-trust-undo"),
]
