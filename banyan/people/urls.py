from django.urls import path

from . import dev, privacy_views, views

urlpatterns = [
    path("language", views.language, name="language"),
    path("theme", views.theme, name="theme"),
    path("zone", views.zone, name="zone"),
    path("me", views.me, name="me"),
    path("me/hello", views.hello, name="me-hello"),
    path("me/security", views.security, name="me-security"),
    path("me/privacy", privacy_views.privacy, name="me-privacy"),
    path("me/privacy/export", privacy_views.export, name="me-export"),
    path("me/privacy/export/<oid:id>", privacy_views.export_page, name="me-export-page"),
    path("me/privacy/export/<oid:id>/file", privacy_views.export_file, name="me-export-file"),
    path("me/privacy/tags/<oid:id>/remove", privacy_views.remove_tag, name="me-tag-remove"),
    path("me/privacy/erase", privacy_views.erase, name="me-erase"),
    path("dev/mail", dev.mails, name="dev-mail"),
]
