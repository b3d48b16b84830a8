from django.urls import path

from . import studio, views

urlpatterns = [
    path("start/from-file", views.from_file, name="from-file"),
    path("start/from-file/<oid:id>", views.run, name="from-file-run"),
    path("start/from-file/<oid:id>/begin", views.begin, name="from-file-begin"),
    path("start/from-file/<oid:id>/undo", views.undo, name="from-file-undo"),
]
community_urlpatterns = [
    path("claim", views.claim, name="claim"),
    path("membership/address", views.address, name="address-consent"),
]
studio_urlpatterns = [
    path("moving", studio.moving, name="studio-moving"),
    path("moving/members.csv", studio.members_file, name="studio-members-file"),
    path("moving/invite", studio.invite, name="studio-list-new"),
    path("moving/lists/<oid:id>", studio.invite_list, name="studio-list"),
    path("moving/lists/<oid:id>/send", studio.list_send, name="studio-list-send"),
    path("moving/lists/<oid:id>/revoke", studio.list_revoke, name="studio-list-revoke"),
    path("moving/package", studio.package, name="studio-package"),
    path("moving/package/<oid:id>", studio.package_file, name="studio-package-file"),
]
