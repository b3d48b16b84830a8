from django.apps import AppConfig


class GatheringsConfig(AppConfig):
    name = "banyan.gatherings"
    label = "gatherings"
