from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "banyan.matching"
    label = "matching"
