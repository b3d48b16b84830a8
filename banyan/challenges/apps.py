from django.apps import AppConfig


class ChallengesConfig(AppConfig):
    name = "banyan.challenges"
    label = "challenges"
