from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "banyan.core"
    label = "core"

    def ready(self) -> None:
        from . import checks  # noqa: F401
        from .hub import tasks  # noqa: F401

        autodiscover_modules("listeners", "tasks", "panels", "lanes")
