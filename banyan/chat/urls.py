from django.urls import path

from . import studio
from .views import messages, rooms, talks

urlpatterns = [
    path("messages", talks.inbox, name="messages"),
    path("messages/new", talks.begin, name="messages-new"),
    path("messages/unread", talks.unread, name="messages-unread"),
    path("messages/<oid:id>", talks.talk, name="messages-talk"),
    path("messages/<oid:id>/send", talks.send, name="messages-send"),
    path("messages/<oid:id>/read", talks.read, name="messages-read"),
    path("messages/<oid:id>/accept", talks.accept, name="messages-accept"),
    path("messages/<oid:id>/leave", talks.leave, name="messages-leave"),
    path("messages/people/<oid:id>/block", talks.block, name="messages-block"),
    path("messages/people/<oid:id>/unblock", talks.unblock, name="messages-unblock"),
    path("messages/m/<oid:id>/edit", messages.edit, name="message-edit"),
    path("messages/m/<oid:id>/delete", messages.delete, name="message-delete"),
    path("messages/m/<oid:id>/undelete", messages.undelete, name="message-undelete"),
    path("messages/m/<oid:id>/report", messages.report, name="message-report"),
]
community_urlpatterns = [
    path("chat", rooms.chat, name="chat"),
    path("chat/<oid:id>", rooms.room, name="chat-room"),
    path("chat/<oid:id>/send", rooms.send, name="chat-send"),
    path("chat/<oid:id>/read", rooms.read, name="chat-read"),
]
studio_urlpatterns = [
    path("chat", studio.rooms, name="studio-chat"),
    path("chat/<oid:id>", studio.change, name="studio-chat-change"),
    path("chat/<oid:id>/close", studio.close, name="studio-chat-close"),
    path("chat/<oid:id>/reopen", studio.reopen, name="studio-chat-reopen"),
]
