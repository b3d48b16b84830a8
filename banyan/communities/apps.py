from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    name = "banyan.communities"
    label = "communities"
