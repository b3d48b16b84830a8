from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "banyan.people"
    label = "people"

    def ready(self) -> None:
        from . import kept  # noqa: F401  the libraries' tables answer as well
