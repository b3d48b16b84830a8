from django.apps import AppConfig


class IntroductionsConfig(AppConfig):
    name = "banyan.introductions"
    label = "introductions"
