from django.urls import path

from . import studio, views

urlpatterns = [
    path("welcome", views.welcome, name="welcome"),
    path("welcome/keep", views.keep, name="welcome-keep"),
]
community_urlpatterns = [path("echo/<oid:id>", views.answer, name="echo")]
studio_urlpatterns = [
    path("profile", studio.profile, name="studio-profile"),
    path("arrivals", studio.arrivals, name="studio-arrivals"),
]
