from django.urls import path

from . import studio

studio_urlpatterns = [
    path("health", studio.health, name="studio-health"),
    path("health/people", studio.people, name="studio-health-people"),
    path("health/posts", studio.posts, name="studio-health-posts"),
    path("health/comments", studio.comments, name="studio-health-comments"),
    path("health/stage", studio.stage, name="studio-health-stage"),
    path("health/thresholds", studio.thresholds, name="studio-health-thresholds"),
    path("health/days.csv", studio.days_file, name="studio-health-days"),
]
