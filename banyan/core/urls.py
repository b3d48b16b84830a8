"""Files people gave us. In production a web server or CDN may serve /media/ instead."""

from django.urls import path

from .views import media

urlpatterns = [path("media/<path:name>", media, name="media")]
