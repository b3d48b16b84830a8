from django.urls import path

from . import rewards_studio as rewards
from . import studio, views

community_urlpatterns = [
    path("leaves", views.mine, name="leaves"),
    path("rewards", views.rewards, name="rewards"),
    path("rewards/<oid:id>", views.exchange, name="exchange"),
    path("rewards/taken/<oid:id>/undo", views.exchange_undo, name="exchange-undo"),
    path("thanks/<slug:kind>/<oid:id>", views.thank, name="thank"),
    path("thanks/<oid:id>/undo", views.unthank, name="thanks-undo"),
]
studio_urlpatterns = [
    path("leaves", studio.leaves, name="studio-leaves"),
    path("leaves/terms/<oid:id>/undo", studio.terms_undo, name="studio-leaves-undo"),
    path("leaves/<oid:id>/withdraw", studio.withdraw, name="studio-leaves-withdraw"),
    path("rewards", rewards.rewards, name="studio-rewards"),
    path("rewards/<oid:id>", rewards.reward, name="studio-reward"),
    path("rewards/<oid:id>/<slug:do>", rewards.turn, name="studio-reward-turn"),
    path("rewards/taken/<oid:id>/<slug:do>", rewards.steer, name="studio-exchange-steer"),
]
