from django.urls import path

from . import studio, views

community_urlpatterns = [
    path("shop/<slug:slug>/reviews", views.reviews, name="reviews"),
    path("shop/<slug:slug>/review", views.write, name="review-write"),
    path("reviews/<oid:id>/delete", views.delete, name="review-delete"),
    path("reviews/<oid:id>/helpful", views.helpful, name="review-helpful"),
]
studio_urlpatterns = [
    path("reviews", studio.reviews, name="studio-reviews"),
    path("reviews/<oid:id>/answer", studio.answer, name="studio-review-answer"),
    path("reviews/<oid:id>/unanswer", studio.unanswer, name="studio-review-unanswer"),
]
