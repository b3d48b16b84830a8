"""Jobs for the worker tests, and a master that does them: python -m …chores run."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from banyan.core.jobs import job


@job(attempts=4, lease_seconds=2)
def sweep_the_floor(*, folder: str, seconds: float) -> None:
    """Leaves a mark at the beginning and at the end, named for the process."""
    mark(folder, "begun")
    time.sleep(seconds)
    mark(folder, "done")


@job(attempts=4)
def break_a_cup(*, folder: str) -> None:
    mark(folder, "broken")
    raise ConnectionError("the cup is broken")


def mark(folder: str, what: str) -> None:
    Path(folder, f"{what}-{os.getpid()}-{time.monotonic_ns()}").touch()


def main() -> int:
    import django

    django.setup()
    # Registered under the name the tests promise them by, not as parts of __main__.
    import banyan.server.tests.chores  # noqa: F401
    from banyan.core import jobs
    from banyan.server.master import Master
    from banyan.server.serve import worker_child

    jobs.sweeps.clear()
    print(0, flush=True)
    return Master([worker_child()]).run()


if __name__ == "__main__":
    sys.exit(main())
