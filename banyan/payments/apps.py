from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "banyan.payments"
    label = "payments"
