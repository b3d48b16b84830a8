from django.apps import AppConfig


class HabitsConfig(AppConfig):
    name = "banyan.habits"
    label = "habits"
