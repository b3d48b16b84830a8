from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "banyan.health"
    label = "health"
