from django.apps import AppConfig


class SellersConfig(AppConfig):
    name = "banyan.sellers"
    label = "sellers"
