"""What the hub asks of Django, in threads of its own: who somebody is, what they may join."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user, get_user_model
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import DisallowedHost
from django.db import close_old_connections, connections
from django.http import HttpRequest
from django.utils.module_loading import import_string

from banyan.core import hub as core
from banyan.core.hub import Missed, Who

logger = logging.getLogger("banyan.hub")


class Answer(NamedTuple):
    """Whether a lane may be joined, and what it said since the number that was asked for."""

    lane: str
    may: bool
    missed: Missed | None = None


def in_order[**P, R](call: Callable[P, R]) -> Callable[P, R]:
    """Run with the thread's connection to the database in good order."""

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        close_old_connections()
        try:
            return call(*args, **kwargs)
        except Exception:
            connections.close_all()
            raise

    return run


def is_our_host(host: str) -> bool:
    request = HttpRequest()
    request.META["HTTP_HOST"] = host
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return bool(host)


def _session(key: str) -> SessionBase:
    store: SessionBase = import_string(f"{settings.SESSION_ENGINE}.SessionStore")(key)
    return store


def _person_of(key: str) -> Any:
    """The person signed in with this session, or None."""
    if not key:
        return None
    request = HttpRequest()
    request.session = _session(key)
    person = get_user(request)
    return person if person.is_authenticated else None


@in_order
def who_has(session_key: str) -> Who:
    person = _person_of(session_key)
    if person is None:
        return Who()
    return Who(person.pk, person.oid, str(person))


@in_order
def ask(who: Who, wanted: Mapping[str, int | None], reached: Mapping[str, int]) -> list[Answer]:
    """For each lane: may it be joined, and what was said after the number.

    `reached` is how far this process has said each lane: read from there if that is earlier.
    """
    person = _person(who)
    answers = []
    for lane, after in wanted.items():
        if not core.may_join(person, lane):
            answers.append(Answer(lane, False))
            continue
        kind = core.kind_of(lane)
        missed = None
        if kind is not None and kind.numbered:
            if after is None:
                missed = Missed(core.head(lane), [], True)
            else:
                missed = core.missed(lane, min(after, reached.get(lane, after)))
        answers.append(Answer(lane, True, missed))
    return answers


@in_order
def ask_again(who: Who, session_key: str, lanes: list[str]) -> tuple[bool, list[str]]:
    """Whether the session still stands, and which of the lanes may no longer be listened to."""
    person = _person_of(session_key) if who.person_id is not None else None
    if who.person_id is not None and (person is None or person.pk != who.person_id):
        return False, lanes
    return True, [lane for lane in lanes if not core.may_join(person, lane)]


@in_order
def missed(lane: str, after: int) -> Missed:
    return core.missed(lane, after)


@in_order
def heads(lanes: list[str]) -> dict[str, int]:
    return core.heads(lanes)


def _person(who: Who) -> Any:
    if who.person_id is None:
        return None
    return get_user_model()._default_manager.filter(pk=who.person_id, is_active=True).first()
