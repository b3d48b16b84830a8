from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class MovingConfig(AppConfig):
    name = "banyan.moving"
    label = "moving"

    def ready(self) -> None:
        autodiscover_modules("moves")
