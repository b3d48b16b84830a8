from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "banyan.chat"
    label = "chat"
