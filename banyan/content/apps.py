from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "banyan.content"
    label = "content"
