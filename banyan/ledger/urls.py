from django.urls import path

from . import studio, views

urlpatterns = [
    path("wallet", views.wallet, name="wallet"),
    path("wallet/<oid:id>", views.wallet_entry, name="wallet-entry"),
]
studio_urlpatterns = [
    path("money", studio.money, name="studio-money"),
    path("money/csv", studio.money_file, {"kind": "csv"}, name="studio-money-csv"),
    path(
        "money/beancount", studio.money_file, {"kind": "beancount"}, name="studio-money-beancount"
    ),
    path("money/<oid:id>", studio.money_entry, name="studio-money-entry"),
    path("costs", studio.cost_list, name="studio-costs"),
    path("costs/<oid:id>/undo", studio.cost_undo, name="studio-cost-undo"),
]
