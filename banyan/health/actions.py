"""Counting a community, judging its stage, setting its thresholds."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from banyan.communities import actions as communities
from banyan.communities.models import Community
from banyan.core.models import Activity

from . import stages
from .models import Board, Change, Day, Journey, MemberDay, Thread
from .sweep import days, evidence, journeys, sources, threads, ties


def sweep(community: Community, *, now: datetime) -> Board:
    """Bring all facts of a community into step with what stands, and judge its stage.

    The first run counts everything, later ones what has changed. Safe to run again, and from a
    half: each part is its own transaction, so that nobody's writing waits for a long count.
    """
    board, _is_new = Board.objects.get_or_create(community=community)
    community.refresh_from_db()
    zone = sources.zone_of(community)
    today = now.astimezone(zone).date()
    if board.zone and board.zone != community.zone:
        with transaction.atomic():  # other midnights: every day is another
            for model in (Day, MemberDay, Journey, Thread):
                model.objects.of(community).delete()
    journeys.begin(community, zone=zone)
    ledger = days.compare(community, zone=zone, today=today)
    before = _active(community, ledger.stale)
    days.count_members(community, ledger.stale, zone=zone)
    authors = threads.follow(community, ledger.stale, zone=zone)
    journeys.step(before | _active(community, ledger.stale) | authors)
    days.keep(community, ledger)
    if board.circles_on != today or board.zone != community.zone:
        board.circles, board.circles_on = ties.find(community, zone=zone, today=today), today
    found = evidence.gather(community, zone=zone, today=today, now=now)
    with transaction.atomic():
        kept = Board.objects.select_for_update().get(community=community)
        kept.circles, kept.circles_on = board.circles, board.circles_on
        kept.zone, kept.upto, kept.swept_at, kept.evidence = community.zone, today, now, found
        _judge(kept, community, now=now)
        kept.save()
    return kept


def _active(community: Community, on: list[date]) -> set[int]:
    rows = MemberDay.objects.of(community).filter(day__in=on)
    return set(rows.values_list("member", flat=True))


def _judge(board: Board, community: Community, *, now: datetime) -> None:
    """Move on as far as the evidence carries, and see which conditions hold."""
    while True:
        verdicts = verdicts_of(board)
        stage = community.stage
        onward = stages.next_of(stage)
        if onward == stage or not stages.may_leave(stage, verdicts):
            break
        asked = [stage, stages.TO_MARKET] if stage == stages.CANOPY else [stage]
        Change.objects.create(
            community=community, at=now, before=stage, after=onward,
            evidence=[v.as_json() for v in verdicts.values() if v.criterion.stage in asked],
        )  # fmt: skip
        communities.move_stage(community=community, stage=onward, now=now)
    holding = conditions_of(board)
    for key in stages.CONDITIONS:
        if (key in holding) != (key in board.conditions):
            Change.objects.create(
                community=community, at=now, before="" if key in holding else key,
                after=key if key in holding else "", evidence=[{"key": key, **_why(board, key)}],
            )  # fmt: skip
    board.conditions = holding


def verdicts_of(board: Board) -> dict[str, stages.Verdict]:
    return {
        c.key: stages.judge(
            c, board.evidence.get(c.key), board.threshold(c.threshold) if c.threshold else None
        )
        for c in stages.CRITERIA
    }


def conditions_of(board: Board) -> list[str]:
    weeks = [(active, members) for active, members in board.evidence.get("weeks", [])]
    circles = board.circles
    holds = {
        stages.BRANCHING: circles.get("active", 0) >= board.threshold("branch_active")
        and circles.get("inside", 0) >= board.threshold("branch_inside"),
        stages.REPAIR: stages.is_in_repair(
            [active for active, _members in weeks], _refunds(board.evidence),
            was=stages.REPAIR in board.conditions, fall=board.threshold("repair_fall"),
            times=board.threshold("repair_refunds"),
        ),
        stages.DORMANT: stages.is_dormant(weeks, below=board.threshold("dormant")),
    }  # fmt: skip
    return [key for key in stages.CONDITIONS if holds[key]]


def _refunds(found: dict[str, Any]) -> tuple[float, float] | None:
    """Shares of orders with a refund in 28 days and in the eight weeks before, if at least five
    now and thirty orders in each."""
    now, before = found.get("refunds_now", [0, 0]), found.get("refunds_before", [0, 0])
    if now[0] < 5 or now[1] < 30 or before[1] < 30:
        return None
    return now[0] / now[1], before[0] / before[1]


def _why(board: Board, key: str) -> dict[str, Any]:
    if key == stages.BRANCHING:
        return {name: board.circles.get(name) for name in ("size", "active", "inside")}
    return {name: board.evidence.get(name) for name in ("weeks", "refunds_now", "refunds_before")}


@transaction.atomic
def set_thresholds(*, community: Community, given: dict[str, int], now: datetime) -> Board:
    """Keep what differs from the usual, and judge anew by it. A stage once reached stays."""
    Board.objects.get_or_create(community=community)
    board = Board.objects.select_for_update().get(community=community)
    board.thresholds = {
        key: value for key, value in given.items() if value != stages.THRESHOLDS[key].usual
    }
    if board.swept_at:
        _judge(board, community, now=now)
    board.save()
    return board


def sweep_all(*, now: datetime) -> int:
    """Every open community where something has happened or a day has ended since."""
    boards = {board.pk: board for board in Board.objects.defer("evidence", "circles")}
    done = 0
    for community in Community.objects.filter(closed_at=None).order_by("pk").iterator():
        if _is_due(boards.get(community.pk), community, now):
            sweep(community, now=now)
            done += 1
    return done


def _is_due(board: Board | None, community: Community, now: datetime) -> bool:
    if board is None or board.swept_at is None or board.zone != community.zone:
        return True
    if board.upto != now.astimezone(sources.zone_of(community)).date():
        return True
    # What was under way during the last sweep may bear a time before it.
    since = board.swept_at - timedelta(minutes=10)
    return Activity.objects.filter(community_id=community.pk, at__gt=since, at__lte=now).exists()
