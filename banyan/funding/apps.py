from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "banyan.funding"
    label = "funding"
