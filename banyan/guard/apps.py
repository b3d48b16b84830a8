from django.apps import AppConfig


class GuardConfig(AppConfig):
    name = "banyan.guard"
    label = "guard"
