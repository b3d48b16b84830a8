from django.urls import path

from .views import baskets, checkout, orders

urlpatterns = [
    path("cart", baskets.cart, name="cart"),
    path("cart/<oid:id>/<int:variant>", baskets.change, name="cart-line"),
    path("cart/undo/<slug:slug>/<int:variant>/<int:quantity>", baskets.undo, name="cart-undo"),
    path("checkout/<oid:id>", checkout.checkout, name="checkout"),
    path("orders", orders.orders, name="orders"),
    path("orders/<slug:no>", orders.order, name="order"),
    path("orders/<slug:no>/pay", orders.pay, name="order-pay"),
    path("orders/<slug:no>/cancel", orders.cancel, name="order-cancel"),
    path("orders/<slug:no>/received", orders.received, name="order-received"),
    path("orders/<slug:no>/again", orders.again, name="order-again"),
]
community_urlpatterns = [path("basket", baskets.add, name="basket-add")]
