from django.urls import path

from . import quests_studio as quests
from . import studio, views

community_urlpatterns = [
    path("habits", views.habits, name="habits"),
    path("habits/check-in", views.check_in, name="habits-check-in"),
    path("habits/level", views.level, name="habits-level"),
]
studio_urlpatterns = [
    path("habits", studio.habits, name="studio-habits"),
    path("habits/terms/<oid:id>/undo", studio.terms_undo, name="studio-habits-undo"),
    path("habits/gifts/<oid:id>", studio.gift, name="studio-habits-gift"),
    path("quests", quests.quests, name="studio-quests"),
    path("quests/<oid:id>/<slug:do>", quests.turn, name="studio-quest-turn"),
    path("levels", quests.levels, name="studio-levels"),
    path("levels/<oid:id>", quests.level, name="studio-level"),
    path("levels/<oid:id>/remove", quests.level_remove, name="studio-level-remove"),
]
