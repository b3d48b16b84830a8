from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "banyan.studio"
    label = "studio"
