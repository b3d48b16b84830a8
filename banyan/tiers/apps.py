from django.apps import AppConfig


class TiersConfig(AppConfig):
    name = "banyan.tiers"
    label = "tiers"
