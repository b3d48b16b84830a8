from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community
from banyan.core.models import NamedTwice, ScopedQuerySet, Thing
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful
from banyan.core.text import plain, render_markdown
from banyan.people.models import Person

from . import rules


class Room(NamedTwice, Thing, Stateful):
    """Where messages stand: a room of a community, two people, or a small group."""

    MOVES = rules.ROOM_MOVES

    kind = models.CharField(max_length=6, choices=rules.KINDS)
    community = models.ForeignKey(
        Community, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    pair = models.CharField(max_length=60, null=True, blank=True, help_text="two persons, sorted")
    name = models.CharField(max_length=rules.NAME_LENGTH, blank=True)
    lang = models.CharField(max_length=12, blank=True)
    second_name = models.CharField(max_length=rules.NAME_LENGTH, blank=True)
    second_lang = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=6, choices=rules.ROOM_STATES, default=rules.OPEN)
    slow_seconds = models.PositiveIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField()
    last_at = models.DateTimeField(help_text="of the last message, or of its beginning")

    objects: Any = ScopedQuerySet.as_manager()
    privacy = Privacy(
        person=None, exports="none", on_erase="keep", keeps="while somebody is in it",
        why="a place of several people; what each wrote there is theirs (chat.message)",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pair"], name="chat_pair_once"),
            models.CheckConstraint(
                condition=Q(kind=rules.ROOM, community__isnull=False, pair=None)
                | Q(kind=rules.DIRECT, community=None, pair__isnull=False)
                | Q(kind=rules.GROUP, community=None, pair=None),
                name="chat_room_of_its_kind",
            ),
        ]
        indexes = [models.Index(fields=["community", "position"], name="chat_room_here")]

    def __str__(self) -> str:
        return self.here_name or self.oid

    @property
    def lane(self) -> str:
        """Rooms tell who is here; between a few people that would tell who has read."""
        return f"{'chat' if self.kind == rules.ROOM else 'talk'}:{self.oid}"

    @property
    def is_open(self) -> bool:
        return self.state == rules.OPEN


class Seat(Stateful):
    """A person's place in a room, and how far they have read. Rooms of a community give one at
    the first visit."""

    MOVES = rules.SEAT_MOVES

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="seats")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=5, choices=rules.SEAT_STATES, default=rules.IN)
    has_asked = models.BooleanField(default=False, help_text="began the conversation")
    read_upto = models.BigIntegerField(default=0, help_text="the last message seen")
    taken_at = models.DateTimeField()

    privacy_name = _("Conversations you are in")
    privacy = Privacy(
        person="person", exports=("room_id", "state", "read_upto", "taken_at"),
        on_erase="delete", keeps="while you are in it",
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "person"], name="chat_seat_once")]
        indexes = [models.Index(fields=["person", "state"], name="chat_seat_person")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.room_id}"


class Message(Thing, Stateful):
    """What somebody wrote. `change` is the number of its last change in the room's lane; 0 while
    nobody but its author has seen it."""

    MOVES = rules.MOVES

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(blank=True, help_text="Markdown")
    lang = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=8, choices=rules.STATES, default=rules.SENT)
    change = models.BigIntegerField()
    names = models.JSONField(default=list, blank=True, help_text="who is mentioned, as written")
    sent_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    privacy_name = _("Messages you wrote")
    privacy = Privacy(
        person="author", exports=("room_id", "body", "lang", "state", "sent_at", "edited_at"),
        on_erase="blank", blanks=("body",),
        keeps="an empty place stays, so that the answers of others keep theirs",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["room", "-id"], name="chat_message_room"),
            models.Index(fields=["room", "change"], name="chat_message_change"),
            models.Index(fields=["author", "-sent_at"], name="chat_message_author"),
        ]

    def __str__(self) -> str:
        return plain(self.body, 60)

    @property
    def is_sent(self) -> bool:
        return self.state == rules.SENT

    @property
    def is_held(self) -> bool:
        return self.state == rules.HELD

    @property
    def was_shown(self) -> bool:
        return self.change > 0

    @cached_property
    def html(self) -> SafeString:
        return mark_safe(rules.mark_mentions(render_markdown(self.body), self.names))


class Mention(models.Model):
    """Whom a message names, so that a list can tell them."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    privacy_name = _("Where you are mentioned")
    privacy = Privacy(
        person="person", exports=("message_id",), on_erase="delete", keeps="with the message"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "person"], name="chat_mention_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.message_id}"


class Block(models.Model):
    """Somebody wants no messages from somebody, and writes none to them."""

    blocker = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    blocked = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    blocked_at = models.DateTimeField()

    privacy_name = _("People you have blocked")
    privacy = Privacy(
        person="blocker", exports=("blocked_id", "blocked_at"), on_erase="delete",
        keeps="until you take it back",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="chat_block_once"),
        ]
        indexes = [models.Index(fields=["blocked"], name="chat_blocked")]

    def __str__(self) -> str:
        return f"{self.blocker_id} blocks {self.blocked_id}"
