"""What comes by itself: counting, opening, ending, writing down. All of it may run twice."""

from __future__ import annotations

from django.utils import timezone

from banyan.core.jobs import every

from .amendments import actions as amendments
from .chronicle import actions as chronicle
from .experiments import actions as experiments
from .goals import actions as goals
from .rituals import actions as rituals
from .welcome import queries as welcome


@every(seconds=60)
def count_votes() -> int:
    return amendments.settle_due(now=timezone.now())


@every(seconds=60)
def count_goals() -> int:
    return goals.settle_due(now=timezone.now())


@every(seconds=60)
def open_rituals() -> int:
    return rituals.sweep(now=timezone.now())


@every(seconds=60)
def write_chronicle() -> int:
    return chronicle.read_log(now=timezone.now())


@every(seconds=300)
def end_experiments() -> int:
    return experiments.end_due(now=timezone.now())


@every(seconds=120)
def look_for_newcomers() -> int:
    return welcome.keep_lively(now=timezone.now())
