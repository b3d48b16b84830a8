from django.urls import path

from .studio import orders as studio
from .studio import shipping
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
studio_urlpatterns = [
    path("orders", studio.orders, name="studio-orders"),
    path("orders/<slug:no>", studio.order, name="studio-order"),
    path("orders/<slug:no>/pack", studio.pack, name="studio-order-pack"),
    path("orders/<slug:no>/ship", studio.ship, name="studio-order-ship"),
    path("orders/<slug:no>/receive", studio.receive, name="studio-order-receive"),
    path("orders/<slug:no>/cancel", studio.cancel, name="studio-order-cancel"),
    path("orders/<slug:no>/refund", studio.refund, name="studio-order-refund"),
    path("orders/<slug:no>/refund/again", studio.refund_again, name="studio-refund-again"),
    path("orders/<slug:no>/slip", studio.slip, name="studio-order-slip"),
    path("shipping", shipping.rates, name="studio-shipping"),
    path("shipping/new", shipping.rate, name="studio-rate-new"),
    path("shipping/<oid:id>", shipping.rate, name="studio-rate"),
    path("shipping/<oid:id>/remove", shipping.remove, name="studio-rate-remove"),
]
