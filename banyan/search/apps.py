from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "banyan.search"
    label = "search"
