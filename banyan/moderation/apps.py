from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "banyan.moderation"
    label = "moderation"
