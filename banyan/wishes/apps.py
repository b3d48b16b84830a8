from django.apps import AppConfig


class WishesConfig(AppConfig):
    name = "banyan.wishes"
    label = "wishes"
