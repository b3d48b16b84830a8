"""The charter, goals, examples and rituals of a community."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from banyan.communities.models import Community, Member
from banyan.communities.places import url
from banyan.communities.rules import JOINED
from banyan.core.events import Event, after
from banyan.core.notices import Telling, tell
from banyan.culture.events import (
    CharterAdopted,
    CharterProposed,
    ExampleAccepted,
    GoalReached,
    HostSwapAsked,
    HostTurn,
)
from banyan.culture.models import Amendment, Goal, Ritual

from .own import person_id


def _members(community_id: int) -> list[int]:
    rows = Member.objects.filter(community=community_id, state=JOINED)
    return list(rows.values_list("person", flat=True))


def _tell(
    event: Event, topic: str, *, key: str, kind: str, address: str, to: list[int],
    thing: Any = None, actor: UUID | None = None,
) -> None:  # fmt: skip
    community = Community.objects.filter(pk=event.community_id).first()
    if community is None:
        return
    tell(
        Telling(
            topic=topic, key=key, thing=(kind, event.object_id), about=(kind, event.object_id),
            url=address, title=thing.title if thing else community.name,
            lang=thing.lang if thing else community.lang, community_id=community.pk,
            actor_id=person_id(actor),
        ),
        to=to,
        now=event.now,
    )  # fmt: skip


@after(CharterProposed)
def tell_of_a_proposal(event: CharterProposed) -> None:
    row = Amendment.objects.select_related("community").filter(pk=event.object_id).first()
    if row is not None:
        _tell(
            event, "charter", key=f"proposed:{row.pk}", kind="amendment",
            address=url(row.community, "amendment", id=row.public_id),
            to=_members(row.community_id), actor=event.actor,
        )  # fmt: skip


@after(CharterAdopted)
def tell_what_stands_now(event: CharterAdopted) -> None:
    row = Amendment.objects.select_related("community").filter(pk=event.object_id).first()
    if row is not None:
        _tell(
            event, "charter-new", key=f"adopted:{row.pk}", kind="amendment",
            address=url(row.community, "charter"), to=_members(row.community_id),
        )  # fmt: skip


@after(GoalReached)
def tell_that_a_goal_is_reached(event: GoalReached) -> None:
    goal = Goal.objects.select_related("community").filter(pk=event.object_id).first()
    if goal is not None:
        _tell(
            event, "goal", key=f"goal:{goal.pk}", kind="goal",
            address=url(goal.community, "goals"), to=_members(goal.community_id), thing=goal,
        )  # fmt: skip


@after(ExampleAccepted)
def tell_whose_is_an_example(event: ExampleAccepted) -> None:
    community = Community.objects.filter(pk=event.community_id).first()
    who = person_id(event.author)
    if community is not None and who is not None:
        _tell(
            event, "example", key=f"example:{event.object_id}", kind="example",
            address=url(community, "charter"), to=[who],
        )  # fmt: skip


@after(HostTurn)
def remind_a_host(event: HostTurn) -> None:
    _tell_host(event, "turn", f"turn:{event.turn_id}", event.host, None)


@after(HostSwapAsked)
def ask_a_host_to_swap(event: HostSwapAsked) -> None:
    key = f"swap:{event.turn_id}:{event.now.timestamp():.0f}"
    _tell_host(event, "swap", key, event.host, event.actor)


def _tell_host(event: Event, topic: str, key: str, host: UUID, actor: UUID | None) -> None:
    ritual = Ritual.objects.select_related("community").filter(pk=event.object_id).first()
    who = person_id(host)
    if ritual is not None and who is not None:
        _tell(
            event, topic, key=key, kind="ritual",
            address=url(ritual.community, "ritual", id=ritual.public_id), to=[who], thing=ritual,
            actor=actor,
        )  # fmt: skip
