"""Work that happens after the page has answered.

`@job` makes a function that can be promised (`thing.later(...)`, in the caller's transaction),
`@every` a sweep that runs again and again. Both may run twice: write them so that it does no harm.
The worker looks for work every half second; tests and the seed call `run_due`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

__all__ = ["GiveUp", "enqueue_deliveries", "every", "job", "run_due"]

DELIVER = "banyan.core.jobs.deliver"


class GiveUp(Exception):
    """Raised by a job that another try cannot help: it fails at once and stays visible."""


class _JobFunction(Protocol):
    __module__: str
    __qualname__: str

    def __call__(self, **arguments: Any) -> None: ...


@dataclass(frozen=True)
class JobKind:
    """A function that can be promised. Call it to run it here and now."""

    name: str
    function: _JobFunction
    attempts: int
    lease_seconds: int

    def __call__(self, **arguments: Any) -> None:
        self.function(**arguments)

    def later(
        self, *, key: str | None = None, run_at: datetime | None = None, **arguments: Any
    ) -> None:
        """Promise one call, in the caller's transaction: no commit, no call.

        While a job of this kind with the same `key` waits or runs, this changes nothing.
        """
        from . import queue  # late: decorated functions are imported before the models exist

        queue.add([(self.name, arguments, key, run_at)])


@dataclass(frozen=True)
class SweepKind:
    """A function that runs every `seconds`."""

    name: str
    function: Callable[[], object]
    seconds: int

    def __call__(self) -> object:
        return self.function()


jobs: dict[str, JobKind] = {}
sweeps: dict[str, SweepKind] = {}


def job(*, attempts: int = 8, lease_seconds: int = 120) -> Callable[[_JobFunction], JobKind]:
    """Make a function of JSON-able keyword arguments a job.

    `lease_seconds` is longer than the job ever takes: past it the job counts as lost with its
    worker and is tried again. Eight attempts reach over about three hours.
    """

    def register(function: _JobFunction) -> JobKind:
        name = f"{function.__module__}.{function.__qualname__}"
        jobs[name] = JobKind(name, function, attempts, lease_seconds)
        return jobs[name]

    return register


def every(*, seconds: int) -> Callable[[Callable[[], object]], SweepKind]:
    """Run a function every `seconds`, from half a second after it is due."""

    def register(function: Callable[[], object]) -> SweepKind:
        name = f"{function.__module__}.{function.__qualname__}"
        sweeps[name] = SweepKind(name, function, seconds)
        return sweeps[name]

    return register


def enqueue_deliveries(rows: Iterable[tuple[str, int]]) -> None:
    """Promise that each (handler name, activity id) will be delivered: one INSERT for all."""
    from . import queue

    queue.add(
        [
            (DELIVER, {"handler": handler, "activity_id": activity_id}, None, None)
            for handler, activity_id in rows
        ]
    )


def run_due(*, now: datetime | None = None, limit: int = 1000) -> int:
    """Run every due job and sweep in this process, until none is due. Gives the number run."""
    from . import run

    return run.all_due(now=now, limit=limit)


@job(attempts=10)
def deliver(*, handler: str, activity_id: int) -> None:
    """Let one `@after` listener hear one logged event."""
    from banyan.core import events

    events.deliver(handler, activity_id)


@every(seconds=3600)
def sweep_done_jobs() -> int:
    """Done jobs are forgotten after a week; failed ones stay."""
    from . import queue

    return queue.forget_done()
