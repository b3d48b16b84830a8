from django.urls import path

from . import start, studio, views
from .amendments import studio as amendment_studio
from .amendments import views as amendments

urlpatterns = [
    path("start", start.start, name="start"),
    path("start/slug", start.slug_state, name="start-slug"),
]
community_urlpatterns = [
    path("charter", views.charter, name="charter"),
    path("charter/sign", views.sign, name="charter-sign"),
    path("charter/<int:version>", views.charter_version, name="charter-version"),
    path("charter/history", amendments.history, name="charter-history"),
    path("charter/propose", amendments.propose, name="charter-propose"),
    path("charter/changes/<oid:id>", amendments.amendment, name="amendment"),
    path("charter/changes/<oid:id>/vote", amendments.vote, name="amendment-vote"),
    path("charter/changes/<oid:id>/comments", amendments.comment, name="amendment-comment"),
    path("charter/changes/<oid:id>/withdraw", amendments.withdraw, name="amendment-withdraw"),
    path(
        "charter/comments/<oid:id>/remove",
        amendments.remove_comment,
        name="amendment-comment-remove",
    ),
    path(
        "charter/comments/<oid:id>/restore",
        amendments.restore_comment,
        name="amendment-comment-restore",
    ),
    path("join", views.join, name="join"),
]
studio_urlpatterns = [
    path("charter", studio.charter, name="studio-charter"),
    path("charter/rules", amendment_studio.policy, name="studio-charter-rules"),
]
