from django.urls import path

from .views import devices, notices, settings, worker

urlpatterns = [
    path("me/notices", notices.notices, name="notices"),
    path("me/notices/read", notices.read_all, name="notices-read"),
    path("me/notices/settings", settings.settings, name="notices-settings"),
    path("me/notices/key", devices.key, name="notices-key"),
    path("me/notices/devices", devices.add, name="notices-devices"),
    path("me/notices/devices/<oid:id>/remove", devices.remove, name="notices-device-remove"),
    path("me/notices/stop/<str:token>", settings.stop, name="notices-stop"),
    path("me/notices/<oid:id>/read", notices.read, name="notice-read"),
    path("me/notices/<oid:id>/open", notices.open_one, name="notice-open"),
    path("sw.js", worker.script, name="worker"),
    path("offline", worker.offline, name="offline"),
    path("manifest.webmanifest", worker.manifest, name="manifest"),
    path("app-icon/<int:hue>-<int:chroma>-<int:size>.png", worker.icon, name="app-icon"),
]
community_urlpatterns = [
    path("manifest.webmanifest", worker.community_manifest, name="community-manifest"),
]
