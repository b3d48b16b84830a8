"""Taking a community out, bringing one in, undoing it, taking one’s history back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.core.files.base import File
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.db.models import F, ForeignObjectRel, ProtectedError
from django.utils.translation import gettext_lazy as _

from banyan.communities import rules as membership
from banyan.communities.actions import SlugTaken
from banyan.communities.models import Community, Member
from banyan.content.models import Comment, Post
from banyan.core.events import announce
from banyan.core.models import Picture
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment
from banyan.people.models import Person

from . import rules, unpack
from .events import BringingInUndone, HistoryClaimed, PackageAsked, PackageTaken
from .models import Package, Unclaimed, Unpacking
from .tables import tables


class FileTooBig(Refusal):
    sentence = _("The file is larger than 300 MB.")


class BroughtInAlready(Refusal):
    status = 409
    sentence = _("You have brought this very file in already. Undo that first.")


class NotYours(Refusal):
    status = 403
    sentence = _("None of your confirmed addresses belongs to somebody in this history.")


@transaction.atomic
def ask_for_package(*, by: Member, now: datetime) -> Package:
    """Promise the whole community in one file. While one is being made, asking again gives it."""
    from . import tasks

    if not by.may("settings.owner"):
        raise NotAllowed
    try:
        with transaction.atomic():
            package = Package.objects.create(community=by.community, by=by.person, asked_at=now)
    except IntegrityError:
        return Package.objects.of(by.community).get(state=rules.ASKED)
    announce(
        PackageAsked(
            community_id=by.community_id, object_id=package.pk, actor=by.person.pseudonym, now=now
        )
    )
    tasks.make_package.later(package_id=package.pk)
    return package


@transaction.atomic
def note_taken(*, package: Package, by: Member, now: datetime) -> None:
    """Write down that the file was downloaded."""
    announce(
        PackageTaken(
            community_id=by.community_id, object_id=package.pk, actor=by.person.pseudonym, now=now
        )
    )


def take_file(*, by: Person, file_name: str, file: File[bytes], now: datetime) -> Unpacking:
    """Take a file in, to be looked at; no more than that."""
    from . import tasks

    if (file.size or 0) > rules.MAX_ZIP_BYTES:
        raise FileTooBig
    run = Unpacking(by=by, file_name=file_name[-200:], created_at=now)
    run.path = storages["private"].save(f"unpackings/{run.oid}.zip", file)
    with transaction.atomic():
        run.save()
        tasks.look.later(unpacking_id=run.pk)
    return run


@transaction.atomic
def begin(*, run: Unpacking, slug: str, now: datetime) -> None:
    """Say yes to what was shown: it is brought in under `slug` by the worker.

    SlugTaken, BroughtInAlready; WrongMoment when it is under way or was not good.
    """
    from . import tasks

    if not membership.is_good_slug(slug) or Community.objects.filter(slug=slug).exists():
        raise SlugTaken
    same = Unpacking.objects.filter(
        by=run.by, package=run.package, state__in=(rules.WORKING, rules.DONE)
    ).exclude(pk=run.pk)  # fmt: skip
    if same.exists():
        raise BroughtInAlready
    run.move(rules.WORKING, only_from=(rules.SHOWN,), slug=slug)
    tasks.bring_in.later(unpacking_id=run.pk)


def undo(*, run: Unpacking, now: datetime) -> str:
    """Take a community out again that was brought in: "deleted", or "closed" when it has lived.

    WrongMoment after seven days.
    """
    if (
        run.state != rules.DONE
        or run.done_at is None
        or now - run.done_at > timedelta(days=rules.UNDO_DAYS)
        or run.community is None
    ):
        raise WrongMoment
    community = run.community
    with transaction.atomic():
        run.move(rules.UNDONE, only_from=(rules.DONE,))
        how = "closed"
        if unpack.is_untouched(run):
            try:
                unpack.take_out(community, run)
                how = "deleted"
            except ProtectedError:
                how = "closed"
        if how == "closed":
            Community.objects.filter(pk=community.pk).update(closed_at=now)
        announce(
            BringingInUndone(
                community_id=community.pk, object_id=run.pk, how=how, now=now,
                actor=run.by.pseudonym if run.by else None,
            )
        )  # fmt: skip
    return how


def mine_in(community: Community, person: Person) -> Unclaimed | None:
    """The history of somebody elsewhere whose address this person has confirmed. A slow hash."""
    run = Unpacking.objects.filter(community=community, state=rules.DONE).first()
    if run is None:
        return None
    proven = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    hashes = [rules.hash_email(email, run.salt) for email in proven[:5]]
    return (
        Unclaimed.objects.filter(unpacking=run, address__in=hashes, claimed_by=None)
        .select_related("member__person", "member__community")
        .order_by("pk")
        .first()
    )


@transaction.atomic
def claim(*, community: Community, person: Person, now: datetime) -> Member:
    """Take one’s history: what one wrote elsewhere stands under one’s own name from now on.

    It gives no role, and lets nobody in: that is the door’s business. NotYours; twice: NotYours.
    """
    found = mine_in(community, person)
    if found is None:
        raise NotYours
    took = Unclaimed.objects.filter(pk=found.pk, claimed_by=None).update(
        claimed_by=person, claimed_at=now, address=""
    )
    if not took:
        raise WrongMoment
    old, stub = found.member, found.member.person
    Picture.objects.filter(community_id=community.pk, owner=stub.pseudonym).update(
        owner=person.pseudonym
    )
    for table in tables().values():
        for column in table.goes.persons:
            rows = table.model._base_manager.filter(**{table.goes.of: community, column: stub})
            rows.update(**{column: person})
    own = Member.objects.filter(community=community, person=person).first()
    if own is None:
        Member.objects.filter(pk=old.pk).update(person=person)
        own = old
    else:
        _hand_over(old, own)
    for written in (Post, Comment):  # cards show who wrote them
        written.objects.filter(author=own).update(version=F("version") + 1)
    announce(
        HistoryClaimed(community_id=community.pk, object_id=own.pk, actor=person.pseudonym, now=now)
    )
    return Member.objects.select_related("community", "person").get(pk=own.pk)


def _hand_over(old: Member, own: Member) -> None:
    """What names one membership names the other; what both had stays once."""
    for relation in Member._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.related_model is Unclaimed:
            continue
        model: Any = relation.related_model
        name = relation.field.name
        rows = model._base_manager.filter(**{name: old})
        try:
            with transaction.atomic():
                rows.update(**{name: own})
        except IntegrityError:
            _one_by_one(rows, name, own)


def _one_by_one(rows: Any, name: str, own: Member) -> None:
    for pk in list(rows.values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                rows.model._base_manager.filter(pk=pk).update(**{name: own})
        except IntegrityError:
            rows.model._base_manager.filter(pk=pk).delete()
