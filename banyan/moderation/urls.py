from django.urls import path

from . import studio, views
from .standing import studio as standing
from .standing import views as mine

urlpatterns = [
    path("me/decisions", mine.mine, name="my-decisions"),
    path("me/decisions/<oid:id>", mine.decision, name="my-decision"),
]
community_urlpatterns = [
    path("log", views.log, name="log"),
    path("report/<slug:kind>/<oid:id>", views.report, name="report"),
]
studio_urlpatterns = [
    path("content", studio.content, name="studio-content"),
    path("content/strike-days", standing.strike_days, name="studio-strike-days"),
    path(
        "content/<slug:kind>/<oid:id>/<slug:verdict>", studio.decide, name="studio-content-decide"
    ),
    path("appeals/<oid:id>/answer", standing.answer, name="studio-appeal-answer"),
    path("members/<oid:id>/standing", standing.standing, name="studio-standing"),
    path("members/<oid:id>/mute", standing.mute, name="studio-mute"),
    path("members/<oid:id>/strike", standing.strike, name="studio-strike"),
    path("members/<oid:id>/put-out", standing.ban, name="studio-put-out"),
    path("mutes/<oid:id>/end", standing.unmute, name="studio-unmute"),
    path("strikes/<oid:id>/lift", standing.lift, name="studio-strike-lift"),
]
