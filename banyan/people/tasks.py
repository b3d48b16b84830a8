from __future__ import annotations

import tempfile
from datetime import timedelta

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from banyan.core.jobs import every, job
from banyan.core.refusals import WrongMoment

from . import privacy, rules
from .models import Export, Tag


@job(lease_seconds=900)
def make_export(*, export_id: int) -> None:
    """Write the file, then say so by mail. Running again after the file stands changes nothing."""
    export = Export.objects.select_related("person").filter(pk=export_id, state=rules.ASKED).first()
    if export is None:
        return
    storage, now = storages["private"], timezone.now()
    with tempfile.TemporaryFile() as scratch:
        privacy.write_zip(export.person, scratch)
        size = scratch.tell()
        scratch.seek(0)
        storage.delete(export.file_name)
        storage.save(export.file_name, File(scratch))
    try:
        export.move(
            rules.READY,
            ready_at=now,
            expires_at=now + timedelta(days=rules.EXPORT_DAYS),
            size=size,
        )
    except WrongMoment:
        return
    _tell(export)


def _tell(export: Export) -> None:
    person = export.person
    if not person.email:
        return
    address = settings.SITE_URL + reverse("me-export-page", args=[export.oid])
    with translation.override(person.language or settings.LANGUAGE_CODE):
        text = render_to_string(
            "people/mail/export.txt",
            {"person": person, "address": address, "days": rules.EXPORT_DAYS},
        )
        send_mail(_("Your file is ready"), text, None, [person.email])


@every(seconds=3600)
def sweep_exports() -> int:
    """Files stand for seven days."""
    gone = 0
    for export in Export.objects.filter(state=rules.READY, expires_at__lt=timezone.now())[:200]:
        storages["private"].delete(export.file_name)
        export.move(rules.EXPIRED)
        gone += 1
    return gone


@every(seconds=6 * 3600)
def drop_old_tags() -> int:
    """Tags past their day are gone."""
    return Tag.objects.filter(expires_at__lte=timezone.now()).delete()[0]
