from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "banyan.campaigns"
    label = "campaigns"
