from django.urls import path

from . import studio, views

community_urlpatterns = [
    path("events", views.gatherings, name="gatherings"),
    path("events/<oid:id>", views.gathering, name="gathering"),
    path("events/<oid:id>/answer", views.answer, name="gathering-answer"),
    path("events/<oid:id>/calendar.ics", views.calendar, name="gathering-calendar"),
]
studio_urlpatterns = [
    path("events", studio.gatherings, name="studio-gatherings"),
    path("events/new", studio.new, name="studio-gathering-new"),
    path("events/<oid:id>", studio.edit, name="studio-gathering"),
    path("events/<oid:id>/cancel", studio.cancel, name="studio-gathering-cancel"),
]
