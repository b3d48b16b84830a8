from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "banyan.reviews"
    label = "reviews"
