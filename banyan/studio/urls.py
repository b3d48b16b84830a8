from django.urls import path

from . import views

studio_urlpatterns = [
    path("", views.studio, name="studio"),
    path("today", views.today, name="studio-today"),
    path("new", views.new, name="studio-new"),
]
