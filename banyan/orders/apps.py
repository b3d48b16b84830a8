from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "banyan.orders"
    label = "orders"
