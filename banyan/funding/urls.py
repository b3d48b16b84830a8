from django.urls import path

from . import studio, views

community_urlpatterns = [
    path("funding", views.funding, name="funding"),
    path("funding/<oid:id>", views.project, name="project"),
    path("funding/rewards/<oid:id>/pledge", views.pledge, name="pledge"),
    path("funding/pledges/<oid:id>/pay", views.pay, name="pledge-pay"),
    path("funding/pledges/<oid:id>/back", views.back, name="pledge-back"),
    path("funding/milestones/<oid:id>/object", views.object_to, name="milestone-object"),
]
studio_urlpatterns = [
    path("funding", studio.funding, name="studio-funding"),
    path("funding/new", studio.new, name="studio-project-new"),
    path("funding/<oid:id>", studio.project, name="studio-project"),
    path("funding/<oid:id>/edit", studio.edit, name="studio-project-edit"),
    path("funding/<oid:id>/do/<slug:do>", studio.steer, name="studio-project-steer"),
    path("funding/pledges/<oid:id>/back", studio.hand_back, name="studio-pledge-back"),
    path("funding/pledges/<oid:id>/delivered", studio.deliver, name="studio-pledge-deliver"),
    path("funding/milestones/<oid:id>/show", studio.show, name="studio-milestone-show"),
]
