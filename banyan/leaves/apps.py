from django.apps import AppConfig


class LeavesConfig(AppConfig):
    name = "banyan.leaves"
    label = "leaves"
