"""What goes in a way of its own: the community itself, its people, its pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress

from banyan.communities import rules as membership
from banyan.communities.models import Community, Member
from banyan.core.models import Picture
from banyan.people.models import Person
from banyan.sellers.queries import currency_of

from . import rules
from .tables import Wrong, check_word, moment_of, number_of, oid_of, plain, text_of

MEMBER_NAMES = [
    "id", "oid", "name", "lang", "number", "role", "state", "joined_at", "left_at", "address",
]  # fmt: skip
PICTURE_NAMES = ["id", "oid", "owner", "alt", "lang", "created_at", "file"]
STATES = (membership.JOINED, membership.LEFT, membership.BANNED)
_FACE = ["name", "purpose", "lang", "second_name", "second_purpose", "second_lang", "brand_h",
         "visibility", "join_policy", "zone", "stage"]  # fmt: skip
COMMUNITY_NAMES = [
    *_FACE, "slug", "oid", "brand_c", "switches", "capacity", "last_number", "founded_at",
    "currency", "cover",
]  # fmt: skip
_CURRENCY_LENGTH = 3


def members(community: Community, after: int, most: int, salt: str) -> list[dict[str, Any]]:
    """Whoever has ever been in, as a name and a number: no account, no address."""
    rows = list(
        Member.objects.of(community)
        .filter(pk__gt=after, number__isnull=False)
        .select_related("person")
        .order_by("pk")[:most]
    )
    proven = dict(
        EmailAddress.objects.filter(
            user__in=[row.person_id for row in rows], verified=True, primary=True
        ).values_list("user_id", "email")
    )
    return [_member(row, proven.get(row.person_id, ""), salt) for row in rows]


def _member(row: Member, email: str, salt: str) -> dict[str, Any]:
    person, is_here = row.person, row.person.erased_at is None
    return {
        "id": row.pk, "oid": row.oid, "name": person.name, "lang": person.lang,
        "number": row.number, "role": row.role,
        "state": row.state if row.state in STATES else membership.LEFT,
        "joined_at": plain(row.joined_at), "left_at": plain(row.left_at),
        "address": rules.hash_email(email, salt) if email and is_here else "",
    }  # fmt: skip


def read_member(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict) or set(said) != set(MEMBER_NAMES):
        raise Wrong("columns", "communities.member")
    name = text_of(said["name"], 60, "name")
    lang = text_of(said["lang"], 12, "lang")
    check_word("lang", lang)
    if said["role"] not in membership.RANK or said["state"] not in STATES:
        raise Wrong("value", "role")
    address = text_of(said["address"], 64, "address")
    if address and (len(address) != 64 or set(address) - set("0123456789abcdef")):
        raise Wrong("value", "address")
    return {
        "id": number_of(said["id"], "id"), "oid": oid_of(said["oid"]), "name": name, "lang": lang,
        "number": number_of(said["number"], "number", most=2**31 - 2), "role": said["role"],
        "state": said["state"], "address": address,
        "joined_at": _moment(said["joined_at"], "joined_at"),
        "left_at": _moment(said["left_at"], "left_at"),
    }  # fmt: skip


def _moment(value: Any, what: str) -> datetime | None:
    return None if value is None else moment_of(value, what)


def pictures(community: Community, after: int, most: int) -> list[Picture]:
    return list(
        Picture.objects.filter(community_id=community.pk, pk__gt=after).order_by("pk")[:most]
    )


def owners(community: Community, batch: Sequence[Picture]) -> Mapping[Any, int]:
    """pseudonym -> the membership of who gave a picture."""
    return dict(
        Member.objects.of(community)
        .filter(person__pseudonym__in={p.owner for p in batch if p.owner}, number__isnull=False)
        .values_list("person__pseudonym", "pk")
    )


def picture_line(picture: Picture, owner: int | None, file: str) -> dict[str, Any]:
    return {
        "id": picture.pk, "oid": picture.oid, "owner": owner, "alt": picture.alt,
        "lang": picture.lang, "created_at": plain(picture.created_at), "file": file,
    }  # fmt: skip


def read_picture(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict) or set(said) != set(PICTURE_NAMES):
        raise Wrong("columns", "core.picture")
    key = number_of(said["id"], "id")
    file = text_of(said["file"], 60, "file")
    if rules.media_id(file) != key:
        raise Wrong("value", "file")
    lang = text_of(said["lang"], 12, "lang")
    check_word("lang", lang)
    owner = None if said["owner"] is None else number_of(said["owner"], "owner")
    return {
        "id": key, "oid": oid_of(said["oid"]), "owner": owner, "lang": lang, "file": file,
        "alt": text_of(said["alt"], 300, "alt"),
        "created_at": moment_of(said["created_at"], "created_at"),
    }  # fmt: skip


def community(of: Community, cover: int | None) -> dict[str, Any]:
    return {
        **{name: getattr(of, name) for name in _FACE},
        "slug": of.slug, "oid": of.oid, "brand_c": of.brand_c,
        "switches": {key: on for key, on in of.switches.items() if isinstance(on, bool)},
        "capacity": of.capacity, "last_number": of.last_number,
        "founded_at": plain(of.founded_at), "cover": cover,
        "currency": currency_of(of.pk),
    }  # fmt: skip


def read_community(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict) or set(said) != set(COMMUNITY_NAMES):
        raise Wrong("no-community")
    try:
        return _community(said)
    except Wrong as fault:
        raise Wrong("no-community", fault.what) from fault


def _community(said: dict[str, Any]) -> dict[str, Any]:
    from babel.numbers import list_currencies

    row: dict[str, Any] = {}
    for name in ("name", "purpose", "lang", "second_name", "second_purpose", "second_lang",
                 "visibility", "join_policy", "zone", "stage"):  # fmt: skip
        field = Community._meta.get_field(name)
        row[name] = text_of(said[name], field.max_length or 0, name)
        check_word(name, row[name])
        if field.choices and row[name] not in dict(field.flatchoices):
            raise Wrong("value", name)
    if not row["name"].strip() or not row["lang"] or row["stage"] not in membership.STAGES:
        raise Wrong("value", "name")
    row["brand_h"] = number_of(said["brand_h"], "brand_h", least=0, most=359)
    if type(said["brand_c"]) not in (int, float) or not 0 <= said["brand_c"] <= 0.2:
        raise Wrong("value", "brand_c")
    row["brand_c"] = float(said["brand_c"])
    switches = said["switches"]
    if not isinstance(switches, dict) or len(switches) > 100 or any(
        type(on) is not bool or len(key) > 40 for key, on in switches.items()
    ):  # fmt: skip
        raise Wrong("value", "switches")
    row["switches"] = switches
    for name in ("capacity", "cover"):
        row[name] = None if said[name] is None else number_of(said[name], name)
    if row["capacity"] is not None and row["capacity"] > 2**31 - 2:
        raise Wrong("value", "capacity")
    row["last_number"] = number_of(said["last_number"], "last_number", least=0, most=2**31 - 2)
    row["founded_at"] = moment_of(said["founded_at"], "founded_at")
    row["currency"] = text_of(said["currency"], _CURRENCY_LENGTH, "currency")
    if row["currency"] not in list_currencies():
        raise Wrong("value", "currency")
    row["slug"] = text_of(said["slug"], 40, "slug")
    row["oid"] = oid_of(said["oid"])
    return row


def people_for(lines: Sequence[Mapping[str, Any]], now: datetime) -> Iterator[Person]:
    """Somebody for each member from elsewhere: a name, no address, no way to sign in."""
    for line in lines:
        person = Person(name=line["name"], lang=line["lang"], is_active=False, joined_at=now)
        person.set_unusable_password()
        yield person
