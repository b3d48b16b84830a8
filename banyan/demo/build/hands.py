"""What the builders share: who is who in the database, and the pictures at hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile

from banyan.campaigns.models import Campaign, Team
from banyan.catalog.models import Product, Variant
from banyan.chat.models import Room
from banyan.communities.models import Community, Member
from banyan.content.models import Comment, Post, Topic
from banyan.core.ids import uuid7, write_id
from banyan.core.models import Picture
from banyan.core.pictures import take_picture
from banyan.orders.models import Order
from banyan.people.models import Person
from banyan.sharing.models import Link

PICTURES = Path(__file__).parent.parent / "pictures"


@cache
def picture_bytes(name: str) -> bytes:
    return (PICTURES / name).read_bytes()


@dataclass
class Hands:
    people: dict[str, Person] = field(default_factory=dict)
    places: dict[str, Community] = field(default_factory=dict)
    members: dict[tuple[str, str], Member] = field(default_factory=dict)
    topics: dict[tuple[str, str], Topic] = field(default_factory=dict)
    products: dict[tuple[str, str], Product] = field(default_factory=dict)
    variants: dict[tuple[str, str, int], Variant] = field(default_factory=dict)
    rates: dict[str, list[Any]] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    comments: dict[tuple[str, int], Comment] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    said: list[tuple[Comment, Comment | None]] = field(default_factory=list)  # not saved yet
    liked: list[tuple[Post | Comment, Member, datetime]] = field(default_factory=list)
    rooms: dict[str, Room] = field(default_factory=dict)
    taken: dict[str, Picture] = field(default_factory=dict)
    links: dict[tuple[str, str], list[Link]] = field(default_factory=dict)
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)

    def owner(self, slug: str) -> Person:
        return self.members[self.owners[slug], slug].person

    owners: dict[str, str] = field(default_factory=dict)

    def picture(
        self, name: str, *, community: Community, owner: Person, now: datetime, alt: str, lang: str
    ) -> Picture:
        """A picture of somebody's own: encoded the first time, its files copied afterwards."""
        first = self.taken.get(name)
        if first is None:
            first = take_picture(
                picture_bytes(name), community_id=community.pk, owner=owner.pseudonym, now=now,
                alt=alt, lang=lang,
            )  # fmt: skip
            self.taken[name] = first
            return first
        storage, stem = first.file.storage, first.file.name.rsplit(".", 1)[0]
        new = f"pictures/{now:%Y/%m}/{write_id(uuid7())}"
        for end in (".jpg", *(f".w{width}.jpg" for width in first.widths)):
            with storage.open(stem + end) as file:
                storage.save(new + end, ContentFile(file.read()))
        made = Picture(
            community_id=community.pk, owner=owner.pseudonym, width=first.width,
            height=first.height, widths=first.widths, tint=first.tint, alt=alt[:300], lang=lang,
            created_at=now,
        )  # fmt: skip
        made.file.name = new + ".jpg"
        # The field would open the file again to measure it.
        made.width, made.height = first.width, first.height
        made.save()
        return made
