from django.apps import AppConfig


class PricingConfig(AppConfig):
    name = "banyan.pricing"
    label = "pricing"
