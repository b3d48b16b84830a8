"""Days that were paid for: added, split where something changes, earned as they pass."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import F

from banyan.core.refusals import WrongMoment
from banyan.sellers.models import Book

from .. import books, rules
from ..models import Subscription, Term, Tier


def of(one: Subscription) -> list[Term]:
    """Its terms, the earliest first; empty ones left out."""
    rows = Term.objects.filter(subscription=one, ends_on__gt=F("starts_on"))
    found = list(rows.select_related("tier").order_by("starts_on", "pk"))
    for term in found:
        term.subscription = one
    return found


def add(
    one: Subscription, *, tier: Tier, value: int, starts_on: date, ends_on: date
) -> Term:  # fmt: skip
    return Term.objects.create(
        subscription=one, tier=tier, starts_on=starts_on, ends_on=ends_on, value_minor=value,
        of_days=(ends_on - starts_on).days,
    )  # fmt: skip


def at(one: Subscription, on: date) -> Term | None:
    """The term that a day belongs to."""
    return next((term for term in of(one) if term.starts_on <= on < term.ends_on), None)


def split(term: Term, on: date) -> Term:
    """Its days from `on` become a term of their own, with the value that is theirs."""
    if not term.starts_on < on < term.ends_on:
        return term
    first = rules.earned(term.value_minor, starts_on=term.starts_on, ends_on=term.ends_on, on=on)
    first = max(first, term.earned_minor)
    rest = Term.objects.create(
        subscription=term.subscription, tier=term.tier, of_days=term.of_days,
        starts_on=on, ends_on=term.ends_on, value_minor=term.value_minor - first,
    )  # fmt: skip
    change(term, ends_on=on, value_minor=first)
    return rest


def change(term: Term, **fields: object) -> None:
    """Guarded by what it had earned and was worth when it was read."""
    rows = Term.objects.filter(
        pk=term.pk, earned_minor=term.earned_minor, value_minor=term.value_minor
    )
    if not rows.update(**fields):
        raise WrongMoment
    for name, value in fields.items():
        setattr(term, name, value)


def earn(one: Subscription, *, book: Book, on: date, now: datetime) -> int:
    """What the days before `on` have earned, by cumulative target: twice adds nothing."""
    done = 0
    for term in of(one):
        if one.paused_on is not None and term.starts_on >= one.paused_on:
            break
        target = rules.earned(
            term.value_minor, starts_on=term.starts_on, ends_on=term.ends_on, on=on
        )
        more = target - term.earned_minor - term.returned_minor
        if more > 0:
            change(term, earned_minor=term.earned_minor + more)
            books.earned(term, more, book=book, now=now)
            done += more
    return done


def shift(one: Subscription, *, since: date, days: int) -> None:
    """What was kept for later moves on by so many days."""
    for term in of(one):
        if term.starts_on >= since:
            change(
                term, starts_on=term.starts_on + timedelta(days=days),
                ends_on=term.ends_on + timedelta(days=days),
            )  # fmt: skip
