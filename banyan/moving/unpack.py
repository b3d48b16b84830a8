"""Bringing a community in: some rows at a time, each once, however often it is begun again."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.apps import apps
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F, Max, ProtectedError

from banyan.communities import actions as communities
from banyan.communities import rules as membership
from banyan.communities.models import Community, Member
from banyan.core.events import announce
from banyan.core.ids import read_id, uuid7, write_id
from banyan.core.models import Activity, Picture
from banyan.core.pictures import drop_picture, take_picture
from banyan.culture import actions as culture
from banyan.culture import queries as culture_queries
from banyan.culture.models import Charter
from banyan.people.models import Person

from . import check, rewrite, rules, special
from .events import CommunityBroughtIn
from .models import Moved, Unclaimed, Unpacking
from .tables import MEMBER, PERSON, PICTURE, Table, tables

SWITCH = "from-elsewhere"


def bring_in(run: Unpacking, *, now: datetime) -> None:
    """All of a run that is WORKING. Begun again after it was broken off, it goes on there."""
    with storages["private"].open(run.path) as file:
        archive = check.open_zip(file)
        manifest = check.manifest_of(archive)
        with archive.open(rules.COMMUNITY) as inside:
            said = special.read_community(check.json_of(inside.read(rules.MAX_LINE_BYTES)))
        community = _found(run, said, now)
        work = _Work(run, community, archive, now)
        work.members()
        work.pictures()
        for table in tables().values():
            work.table(table)
    rewrite.links(run, community=community, slug=said["slug"], source=manifest.get("source", ""))
    _open(run, community, said, now)


def _found(run: Unpacking, said: Mapping[str, Any], now: datetime) -> Community:
    """The community, closed until all is in. The second time it is found where it was left."""
    if run.community_id is not None:
        return Community.objects.get(pk=run.community_id)
    face = {
        name: said[name]
        for name in ("name", "purpose", "lang", "second_name", "second_purpose", "second_lang",
                     "brand_h", "brand_c", "visibility", "join_policy", "zone", "stage")
    }  # fmt: skip
    with transaction.atomic():
        community = communities.found(
            founder=run.by, slug=run.slug, currency=said["currency"], now=now, closed_at=now,
            switches={**said["switches"], SWITCH: True}, **face,
        )  # fmt: skip
        Unpacking.objects.filter(pk=run.pk).update(community=community)
    run.community = community
    return community


class _Work:
    def __init__(self, run: Unpacking, community: Community, archive: zipfile.ZipFile,
                 now: datetime) -> None:  # fmt: skip
        self.run, self.community, self.zip, self.now = run, community, archive, now

    def batches(self, label: str, read: Any) -> Iterator[list[dict[str, Any]]]:
        """Lines that are not in yet, some at a time, read as strictly as when they were shown."""
        lines = (
            read(check.json_of(content))
            for _number, content in check.lines_in(self.zip, rules.rows_name(label))
        )
        while batch := list(islice(lines, rules.BATCH)):
            ids = [row["id"] for row in batch]
            known = set(
                Moved.objects.filter(unpacking=self.run, label=label, old__in=ids).values_list(
                    "old", flat=True
                )
            )
            fresh = [row for row in batch if row["id"] not in known]
            if fresh:
                yield fresh

    def keys(self, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
        """The new keys of old ones: one statement for each table named."""
        by_label: dict[str, set[int]] = {}
        for label, old in wanted:
            by_label.setdefault(label, set()).add(old)
        found = {}
        for label, olds in by_label.items():
            rows = Moved.objects.filter(unpacking=self.run, label=label, old__in=olds)
            found |= {(label, old): new for old, new in rows.values_list("old", "new")}
        return found

    def oids(self, model: Any, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Old public ids stay where they are free; the others get a new one."""
        wanted = {row["oid"]: read_id(row["oid"]) for row in rows}
        taken = set(
            model._base_manager.filter(public_id__in=wanted.values()).values_list(
                "public_id", flat=True
            )
        )
        return {oid: uuid7() if value in taken else value for oid, value in wanted.items()}

    def note(self, label: str, pairs: Iterable[tuple[Mapping[str, Any], Any]]) -> None:
        moved = []
        for row, made in pairs:
            new_oid = write_id(made.public_id) if row.get("oid") else ""
            moved.append(
                Moved(
                    unpacking=self.run, label=label, old=row["id"], new=made.pk,
                    old_oid=row.get("oid", ""), new_oid=new_oid,
                )
            )  # fmt: skip
        Moved.objects.bulk_create(moved)
        Unpacking.objects.filter(pk=self.run.pk).update(done=F("done") + len(moved))

    def members(self) -> None:
        for batch in self.batches(MEMBER, special.read_member):
            with transaction.atomic():
                people = Person.objects.bulk_create(special.people_for(batch, self.now))
                oids = self.oids(Member, batch)
                made = Member.objects.bulk_create(
                    [
                        self._member(row, person, oids)
                        for row, person in zip(batch, people, strict=True)
                    ]
                )
                Unclaimed.objects.bulk_create(
                    Unclaimed(
                        unpacking=self.run, member=member, address=row["address"], role=row["role"]
                    )
                    for row, member in zip(batch, made, strict=True)
                )
                self.note(MEMBER, zip(batch, made, strict=True))

    def _member(self, row: Mapping[str, Any], person: Person, oids: Mapping[str, Any]) -> Member:
        """Nobody is in who has not said so here: they have left until they come themselves."""
        is_banned = row["state"] == membership.BANNED
        return Member(
            public_id=oids[row["oid"]], community=self.community, person=person,
            number=row["number"], state=membership.BANNED if is_banned else membership.LEFT,
            joined_at=row["joined_at"], left_at=row["left_at"] or self.now,
            asked_at=row["joined_at"] or self.now,
        )  # fmt: skip

    def pictures(self) -> None:
        for batch in self.batches(PICTURE, special.read_picture):
            owners = self.keys((MEMBER, row["owner"]) for row in batch if row["owner"])
            names = dict(
                Member.objects.filter(pk__in=owners.values()).values_list("pk", "person__pseudonym")
            )
            oids = self.oids(Picture, batch)
            for row in batch:
                owner = names.get(owners.get((MEMBER, row["owner"])))
                with transaction.atomic():
                    made = take_picture(
                        check.picture_in(self.zip, row["file"]), community_id=self.community.pk,
                        owner=owner, alt=row["alt"], lang=row["lang"], now=row["created_at"],
                    )  # fmt: skip
                    made.public_id = oids[row["oid"]]
                    made.save(update_fields=["public_id"])
                    self.note(PICTURE, [(row, made)])

    def table(self, table: Table) -> None:
        for batch in self.batches(table.label, table.read):
            with transaction.atomic():
                if table.goes.replaces:
                    self._make_room(table)
                self._write(table, batch)

    def _make_room(self, table: Table) -> None:
        """What the founding made goes when the first rows of its kind come in."""
        if not Moved.objects.filter(unpacking=self.run, label=table.label).exists():
            table.model._base_manager.filter(**{table.goes.of: self.community}).delete()

    def _persons(self, keys: Mapping[tuple[str, int], int]) -> dict[tuple[str, int], int]:
        """Of old members, the persons of ours they are."""
        ours = {new: old for (label, old), new in keys.items() if label == MEMBER}
        rows = Member.objects.filter(pk__in=ours).values_list("pk", "person")
        return {(PERSON, ours[pk]): person for pk, person in rows}

    def _write(self, table: Table, batch: list[dict[str, Any]]) -> None:
        """Rows that name another one of the same batch wait until that one has its key."""
        oids = self.oids(table.model, batch) if table.has_oid else {}
        left = batch
        while left:
            inside = {row["id"] for row in left}
            ready = [
                row
                for row in left
                if not any(
                    label == table.label and old in inside for _c, label, old in table.pointed(row)
                )
            ]
            if not ready:
                raise check.Wrong("reference", table.label)
            keys = self.keys((label, old) for row in ready for _c, label, old in table.pointed(row))
            if table.goes.persons:
                keys |= self._persons(keys)
            made = [table.made(row, keys, self.community.pk) for row in ready]
            if table.has_oid:
                for row, one in zip(ready, made, strict=True):
                    one.public_id = oids[row["oid"]]
            if table.goes.numbered:
                table.goes.numbered(made)
            table.model._base_manager.bulk_create(made)
            self.note(table.label, zip(ready, made, strict=True))
            done = {row["id"] for row in ready}
            left = [row for row in left if row["id"] not in done]


@transaction.atomic
def _open(run: Unpacking, community: Community, said: Mapping[str, Any], now: datetime) -> None:
    """All is in: the doors open, its importer is its owner and signs the charter."""
    owner = Member.objects.select_related("person", "community").get(
        community=community, person=run.by
    )
    numbers = Member.objects.of(community).exclude(pk=owner.pk)
    last = max(said["last_number"], numbers.aggregate(most=Max("number"))["most"] or 0)
    Member.objects.filter(pk=owner.pk).update(number=last + 1)
    cover = None
    if said["cover"] is not None:
        cover = Moved.objects.get(unpacking=run, label=PICTURE, old=said["cover"]).new
    Community.objects.filter(pk=community.pk).update(
        last_number=last + 1, founded_at=said["founded_at"], capacity=said["capacity"],
        cover_id=cover, closed_at=None,
    )  # fmt: skip
    charter = Charter.objects.of(community).first()
    if charter is None:
        charter = culture.publish(
            community=community, by=run.by, now=now, goal=community.purpose, values=[],
            conventions=[],
        )  # fmt: skip
    culture.sign(charter=charter, member=owner, now=now)
    culture_queries.keep_card(community.pk)
    announce(
        CommunityBroughtIn(
            community_id=community.pk, object_id=community.pk, actor=run.by.pseudonym,
            rows=run.rows, origin=run.report.get("source", ""), now=now,
        )
    )  # fmt: skip
    run.move(rules.DONE, done_at=now, last_activity=_latest(community.pk))


def _latest(community_id: int) -> int:
    found = Activity.objects.filter(community_id=community_id).aggregate(most=Max("pk"))
    return found["most"] or 0


def is_untouched(run: Unpacking) -> bool:
    """Nothing has happened in it since it was opened."""
    return run.community_id is not None and _latest(run.community_id) <= run.last_activity


def take_out(community: Community, run: Unpacking) -> None:
    """Every row of it, in one transaction. ProtectedError when something leans on it by now."""
    with transaction.atomic():
        pictures = list(Picture.objects.filter(community_id=community.pk))
        people = list(
            Unclaimed.objects.filter(unpacking=run, claimed_by=None).values_list(
                "member__person_id", flat=True
            )
        )
        Community.objects.filter(pk=community.pk).update(cover=None)
        Unpacking.objects.filter(pk=run.pk).update(community=None)
        # First what the founding made and lines lean under, then the lines, then who wrote them.
        _delete_made(community, but={*tables(), MEMBER})
        for table in reversed(tables().values()):
            _delete_moved(table, run)
        _delete_made(community, but=set())
        Moved.objects.filter(unpacking=run).delete()
        for start in range(0, len(people), rules.BATCH):
            Person.objects.filter(
                pk__in=people[start : start + rules.BATCH], email=None, is_active=False
            ).delete()
        Community.objects.filter(pk=community.pk).delete()
        for picture in pictures:
            transaction.on_commit(lambda picture=picture: drop_picture(picture))


def _delete_moved(table: Table, run: Unpacking) -> None:
    loops = [r.column for r in table.references if r.label == table.label]
    rows = Moved.objects.filter(unpacking=run, label=table.label).order_by("-old")
    while batch := list(rows.values_list("pk", "new")[: rules.BATCH]):
        ours = table.model._base_manager.filter(pk__in=[new for _pk, new in batch])
        if loops:  # an answer does not hold what it answers
            ours.update(**dict.fromkeys(loops))
        ours.delete()
        Moved.objects.filter(pk__in=[pk for pk, _new in batch]).delete()


def _delete_made(community: Community, *, but: set[str]) -> None:
    left = [
        model
        for model in apps.get_models()
        if model._meta.label_lower not in but
        and any(f.name == "community" and f.is_relation for f in model._meta.concrete_fields)
    ]
    for _turn in range(3):
        held = []
        for model in left:
            try:
                with transaction.atomic():
                    model._base_manager.filter(community=community).delete()
            except ProtectedError:
                held.append(model)
        left = held
