from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "banyan.core.ui"
    label = "ui"
