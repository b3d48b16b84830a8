"""What of these tables leaves with a community (docs/adr/0011)."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Q

from banyan.core import hub
from banyan.core.moving import goes, stays, texts

from . import rules
from .models import Message, Room


def _numbered(rows: Sequence[Message]) -> None:
    """Each room counts its messages anew, in their order, as if they were said there now."""
    by_room: dict[int, list[Message]] = defaultdict(list)
    for row in rows:
        by_room[row.room_id].append(row)
    for room in Room.objects.filter(pk__in=by_room):
        some = by_room[room.pk]
        first = hub.count_many(room.lane, len(some)) - len(some) + 1
        for number, row in enumerate(some, start=first):
            row.change = number


goes(
    "chat.Room", "name", "lang", "second_name", "second_lang", "state", "slow_seconds", "position",
    "started_at", "last_at",
    where=Q(kind=rules.ROOM), given={"kind": rules.ROOM, "pair": None}, replaces=True,
)  # fmt: skip
goes(
    "chat.Message", "room", "author", "body", "lang", "state", "names", "sent_at", "edited_at",
    "deleted_at",
    of="room__community", where=Q(room__kind=rules.ROOM, change__gt=0) & ~Q(state=rules.HELD),
    limits={"body": rules.BODY_LENGTH}, shapes={"names": texts(rules.MOST_MENTIONS, 60)},
    emptied=("body", "names"), silent=(rules.DELETED, rules.REMOVED, rules.ERASED),
    given={"change": 1}, persons=("author",), numbered=_numbered,
)  # fmt: skip
stays("how far a person has read, and where they are named, is their own",
      "chat.Seat", "chat.Mention")  # fmt: skip
stays("whom a person wants no messages from is their own", "chat.Block")
