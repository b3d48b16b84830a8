from django.urls import path

from . import studio, views

community_urlpatterns = [
    path("meet", views.meet, name="meet"),
    path("meet/switch", views.switch, name="meet-switch"),
    path("meet/<oid:id>/write", views.write, name="meet-write"),
    path("meet/<oid:id>/follow", views.follow, name="meet-follow"),
    path("meet/<oid:id>/away", views.put_away, name="meet-away"),
]
studio_urlpatterns = [
    path("introductions", studio.introductions, name="studio-introductions"),
    path("introductions/switch", studio.switch, name="studio-introductions-switch"),
    path("introductions/<oid:id>/end", studio.end, name="studio-introduction-end"),
]
