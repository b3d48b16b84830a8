"""An import in its steps: a file taken in, shown, and brought in when somebody says yes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community
from banyan.core.refusals import Refusal
from banyan.people.models import Person
from banyan.sellers.queries import currency_of

from .. import tasks
from ..models import ImportRun
from . import read
from .apply import FileHasProblems, apply
from .given import Given, Problem
from .pack import MAX_ZIP_BYTES, BadZip, Pack, name_in
from .parse import parse
from .plan import CHANGED, NEW, UNCHANGED, plan

AT_ONCE_BYTES = 200_000  # larger files are read by the worker
AT_ONCE_PRODUCTS = 100  # more products are written by the worker
SHOWN_PRODUCTS = 200
SHOWN_PROBLEMS = 200


class FileTooBig(Refusal):
    sentence = _("The file is larger than 30 MB. Split it into smaller ones.")


def begin(
    *, community: Community, by: Person | None, file_name: str, content: bytes,
    pack: File[bytes] | None, publishing: bool, now: datetime, at_once: bool | None = None,
) -> ImportRun:  # fmt: skip
    """Take a file (and a zip of its pictures) in and find out what it would change; no more.

    A large file is read by the worker, unless `at_once`. FileTooBig, BadZip.
    """
    if len(content) > read.MAX_BYTES:
        raise FileTooBig
    if pack is not None:
        if (pack.size or 0) > MAX_ZIP_BYTES:
            raise BadZip
        Pack(pack)
        pack.seek(0)
    run = ImportRun(
        community=community, by=by, file_name=file_name[-200:], is_publishing=publishing,
        created_at=now,
    )  # fmt: skip
    storage, name = storages["private"], f"imports/{community.pk}/{run.oid}"
    run.path = storage.save(f"{name}.csv", ContentFile(content))
    if pack is not None:
        run.zip_path = storage.save(f"{name}.zip", pack)
    with transaction.atomic():
        run.save()
        if at_once is False or (at_once is None and len(content) > AT_ONCE_BYTES):
            tasks.read_run.later(run_id=run.pk)
            return run
    look(run=run)
    return run


def given_of(run: ImportRun) -> tuple[Given, str]:
    """The parsed file and the currency its prices are read in: the book's, a file names none."""
    currency = currency_of(run.community_id)
    with storages["private"].open(run.path) as file:
        return parse(file.read(), currency=currency), currency


def look(*, run: ImportRun) -> None:
    """Compare the file with the shop and keep the report. Writes nothing else."""
    given, currency = given_of(run)
    report = report_of(given, run=run, currency=currency)
    ImportRun.objects.filter(pk=run.pk, state__in=(run.READING, run.SHOWN)).update(
        state=run.SHOWN, report=report
    )
    run.state, run.report = run.SHOWN, report


def report_of(given: Given, *, run: ImportRun, currency: str) -> dict[str, Any]:
    steps = plan(
        given.products, community=run.community, publishing=run.is_publishing,
        extra_of_product=given.extra_of_product, extra_of_variant=given.extra_of_variant,
    )  # fmt: skip
    counts = dict.fromkeys((NEW, CHANGED, UNCHANGED), 0)
    shown = []
    for step in steps:
        counts[step.verdict] += 1
    for step in sorted(steps, key=lambda s: (NEW, CHANGED, UNCHANGED).index(s.verdict)):
        if len(shown) < SHOWN_PRODUCTS:
            shown.append(
                {
                    "handle": step.given.handle, "title": step.given.title, "row": step.given.row,
                    "verdict": step.verdict, "changes": step.changes if step.product else [],
                    "variants": len(step.given.variants), "photos": len(step.given.photos),
                    "price": min((v.price_minor for v in step.given.variants), default=0),
                    "publishes": step.publishes,
                }
            )  # fmt: skip
    return {
        "currency": currency, "rows": given.row_count, "encoding": given.encoding,
        "delimiter": given.delimiter, "counts": counts, "products": shown,
        "product_count": len(steps), "publishes": sum(step.publishes for step in steps),
        "problems": [_row(problem) for problem in given.problems[:SHOWN_PROBLEMS]],
        "problem_count": len(given.problems),
        "remarks": [_row(problem) for problem in given.remarks[:SHOWN_PROBLEMS]],
        "remark_count": len(given.remarks), "kept_columns": given.kept_columns[:60],
        "photo_count": sum(len(step.photos_new) for step in steps),
        "zip_count": _in_zip(run, given),
    }  # fmt: skip


def _in_zip(run: ImportRun, given: Given) -> int | None:
    if not run.zip_path:
        return None
    with storages["private"].open(run.zip_path) as file:
        names = Pack(file).names
    return sum(name_in(photo.src) in names for p in given.products for photo in p.photos)


def _row(problem: Problem) -> list[Any]:
    return [problem.code, problem.row, problem.column, problem.value]


def carry_out(*, run: ImportRun, now: datetime, at_once: bool | None = None) -> None:
    """Bring the shown file in. FileHasProblems when it has any; WrongMoment when it is under way.

    A small one is done when this returns; a large one by the worker.
    """
    if run.report.get("problem_count"):
        raise FileHasProblems
    if at_once is None:
        at_once = run.report.get("product_count", 0) <= AT_ONCE_PRODUCTS
    with transaction.atomic():
        run.move(run.APPLYING, only_from=(run.SHOWN,))
        # Also when done at once: should this process end now, the worker goes on.
        tasks.apply_run.later(
            run_id=run.pk, run_at=now + timedelta(seconds=90) if at_once else None
        )
    if at_once:
        finish(run=run, now=now)


def finish(*, run: ImportRun, now: datetime) -> None:
    """Write the products of a run that is APPLYING. Refused: nothing is written, shown anew."""
    given, _currency = given_of(run)
    try:
        with transaction.atomic():
            run.move(run.DONE, only_from=(run.APPLYING,), applied_at=now)
            result = apply(
                given, community=run.community, by=run.by, now=now, publishing=run.is_publishing
            )
            ImportRun.objects.filter(pk=run.pk).update(result=result)
            run.result = result
    except Refusal as refused:
        run.state = run.APPLYING
        run.result = {"refused": type(refused).__name__}
        run.move(run.SHOWN, result=run.result)
        look(run=run)


def forget(*, run: ImportRun) -> None:
    """Delete a run and its files; the products it brought in stay."""
    for path in filter(None, (run.path, run.zip_path)):
        storages["private"].delete(path)
    run.delete()
