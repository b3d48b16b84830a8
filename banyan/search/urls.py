from django.urls import path

from . import views

urlpatterns = [
    path("search", views.everywhere, name="search"),
    path("search/suggest", views.suggest_everywhere, name="search-suggest"),
    path("search/noted", views.note, name="search-noted"),
]
community_urlpatterns = [
    path("search", views.here, name="search-here"),
    path("search/suggest", views.suggest_here, name="search-here-suggest"),
]
studio_urlpatterns = [path("searches", views.searches, name="studio-searches")]
