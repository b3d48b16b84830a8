from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "banyan.sharing"
    label = "sharing"

    def ready(self) -> None:
        from . import checks  # noqa: F401  so that `banyan check` runs them
