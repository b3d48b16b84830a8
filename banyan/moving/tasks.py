from __future__ import annotations

import tempfile
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import storages
from django.core.mail import send_mail
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from banyan.communities.places import full_url
from banyan.core.jobs import every, job
from banyan.core.refusals import Refusal, WrongMoment

from . import check, inviting, pack, rules, unpack
from .models import InviteList, Package, Unpacking
from .tables import Wrong


@job(lease_seconds=3600, attempts=3)
def make_package(*, package_id: int) -> None:
    """Write the file, then say so by mail. Running again after it stands changes nothing."""
    package = (
        Package.objects.filter(pk=package_id, state=rules.ASKED)
        .select_related("community", "by")
        .first()
    )
    if package is None:
        return
    storage, now = storages["private"], timezone.now()
    with tempfile.TemporaryFile() as scratch:
        counts = pack.Pack(
            package.community, scratch, now=now, oid=package.oid, progress=_progress(package)
        ).write()
        size = scratch.tell()
        scratch.seek(0)
        storage.delete(package.file_name)
        storage.save(package.file_name, File(scratch))
    with suppress(WrongMoment):
        package.move(
            rules.READY, ready_at=now, expires_at=now + timedelta(days=rules.FILE_DAYS),
            size=size, counts=counts, done=sum(counts.values()),
        )  # fmt: skip
        _tell(package)


def _progress(row: Any) -> pack.Progress:
    def note(done: int) -> None:
        type(row).objects.filter(pk=row.pk).update(done=done)

    return note


def _tell(package: Package) -> None:
    person = package.by
    if person is None or not person.email:
        return
    with translation.override(person.language or "en"):
        text = render_to_string(
            "moving/mail/package.txt",
            {
                "person": person,
                "community": package.community.here_name,
                "address": full_url(package.community, "studio-moving"),
                "days": rules.FILE_DAYS,
            },
        )
        send_mail(_("Your community’s file is ready"), text, None, [person.email])


@job(lease_seconds=3600, attempts=3)
def look(*, unpacking_id: int) -> None:
    """Find out whether the file is good. Nothing of it is written."""
    run = Unpacking.objects.filter(pk=unpacking_id, state=rules.READING).first()
    if run is None:
        return
    with storages["private"].open(run.path) as file:
        report = check.look(file, _progress(run))
    if report.problem_count:
        storages["private"].delete(run.path)
        with suppress(WrongMoment):
            run.move(rules.REFUSED, report=report.as_json(), path="")
        return
    with suppress(WrongMoment):
        run.move(
            rules.SHOWN, report=report.as_json(), done=0,
            package=report.manifest["package"], salt=report.manifest["address_salt"],
        )  # fmt: skip


@job(lease_seconds=3600, attempts=4)
def bring_in(*, unpacking_id: int) -> None:
    """Bring in what somebody said yes to. Broken off, it goes on where it was."""
    run = (
        Unpacking.objects.filter(pk=unpacking_id, state=rules.WORKING)
        .select_related("by", "community")
        .first()
    )
    if run is None:
        return
    if run.by is None:
        _give_up(run, "nobody")
        return
    try:
        unpack.bring_in(run, now=timezone.now())
    except (Wrong, Refusal, ValidationError) as fault:
        _give_up(run, type(fault).__name__)
        return
    except DatabaseError as fault:
        if type(fault).__name__ in ("IntegrityError", "DataError"):
            _give_up(run, type(fault).__name__)
            return
        raise
    storages["private"].delete(run.path)


def _give_up(run: Unpacking, why: str) -> None:
    """Take out what came in so far; the file and the report stay readable."""
    fresh = Unpacking.objects.select_related("community").get(pk=run.pk)
    with transaction.atomic():
        if fresh.community is not None:
            unpack.take_out(fresh.community, fresh)
        with suppress(WrongMoment):
            fresh.move(rules.FAILED, report={**fresh.report, "failed": why}, path="")
    if run.path:
        storages["private"].delete(run.path)


@every(seconds=3600)
def sweep_files() -> int:
    """Files stand for seven days, on their way out and on their way in."""
    now, storage, gone = timezone.now(), storages["private"], 0
    for package in Package.objects.filter(state=rules.READY, expires_at__lt=now)[:200]:
        storage.delete(package.file_name)
        with suppress(WrongMoment):
            package.move(rules.EXPIRED)
            gone += 1
    lost = now - timedelta(days=1)  # its job has been tried often enough by then
    gone += Package.objects.filter(state=rules.ASKED, asked_at__lt=lost).update(state=rules.FAILED)
    for run in Unpacking.objects.filter(
        state__in=(rules.READING, rules.WORKING), created_at__lt=now - timedelta(days=8)
    ).select_related("community")[:20]:
        _give_up(run, "lost")
        gone += 1
    before = now - timedelta(days=rules.FILE_DAYS)
    for run in Unpacking.objects.filter(state=rules.SHOWN, created_at__lt=before)[:200]:
        storage.delete(run.path)
        with suppress(WrongMoment):
            run.move(rules.EXPIRED, path="")
            gone += 1
    return gone


@every(seconds=1800)
def sweep_lists() -> int:
    """Invite who waits, as many a day as one may; forget lists that nobody said yes to."""
    now, done = timezone.now(), 0
    for one in InviteList.objects.filter(state=rules.SENDING).select_related(
        "by__person", "by__community", "community"
    )[:50]:
        done += inviting.send_some(one=one, now=now)
    old = InviteList.objects.filter(
        Q(state=rules.LISTED) | ~Q(problems=[]), made_at__lt=now - timedelta(days=rules.FILE_DAYS)
    )
    done += old.filter(state=rules.LISTED).update(state=rules.REVOKED, waiting=[], problems=[])
    done += old.exclude(state=rules.LISTED).update(problems=[])
    return done
