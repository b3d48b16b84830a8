from django.urls import path

from . import studio, views

community_urlpatterns = [
    path("challenges", views.challenges, name="challenges"),
    path("challenges/<slug:slug>", views.challenge, name="challenge"),
    path("challenges/<slug:slug>/join", views.join, name="challenge-join"),
    path("challenges/<slug:slug>/leave", views.leave, name="challenge-leave"),
    path("challenges/<slug:slug>/check-in", views.check_in, name="challenge-check-in"),
    path("challenges/<slug:slug>/undo/<oid:id>", views.undo, name="challenge-undo"),
    path("challenges/<slug:slug>/remind", views.remind, name="challenge-remind"),
]
studio_urlpatterns = [
    path("challenges", studio.challenges, name="studio-challenges"),
    path("challenges/new", studio.new, name="studio-challenge-new"),
    path("challenges/<slug:slug>", studio.challenge, name="studio-challenge"),
    path("challenges/<slug:slug>/edit", studio.edit, name="studio-challenge-edit"),
    path("challenges/<slug:slug>/end", studio.end, name="studio-challenge-end"),
    path("challenges/<slug:slug>/cancel", studio.cancel, name="studio-challenge-cancel"),
]
