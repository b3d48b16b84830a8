from django.apps import AppConfig


class CultureConfig(AppConfig):
    name = "banyan.culture"
    label = "culture"
