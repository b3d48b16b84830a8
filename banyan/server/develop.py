"""What `bin/dev` adds to serving: a database that is ready, a demo world, fresh code."""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

from .master import AFRESH, say

WATCHED = (".py", ".html", ".txt", ".css", ".js", ".mo", ".svg")
LOOK_EVERY_SECONDS = 1.0


def prepare(*, empty: bool) -> int:
    """Bring the database up to date and, if nobody is in it yet, fill it. In a child process."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command, get_commands
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Preparing the database…")
        call_command("migrate", verbosity=0, interactive=False)
    if not empty and "seed" in get_commands():
        if not get_user_model().objects.exists():
            say("Planting the demo world…")
            call_command("seed")
        say("")
        call_command("seed", "--signins")
    return 0


def has_sandbox() -> bool:
    return importlib.util.find_spec("banyan_sandbox") is not None


def changes(package: Path) -> Callable[[], bool]:
    """A function that tells, at most once a second, whether a file of `package` has changed."""
    before = dict(files(package))
    looked_at = time.monotonic()

    def changed() -> bool:
        nonlocal looked_at
        if time.monotonic() - looked_at < LOOK_EVERY_SECONDS:
            return False
        looked_at = time.monotonic()
        return dict(files(package)) != before

    return changed


def files(folder: Path) -> Iterator[tuple[str, int]]:
    """(path, time of change) of every watched file below `folder`."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in ("__pycache__", "tests"):
                    yield from files(Path(entry.path))
            elif entry.name.endswith(WATCHED):
                yield entry.path, entry.stat().st_mtime_ns


def start_afresh() -> NoReturn:
    """Become a new process with the changed code; the children have ended."""
    say("The code has changed; starting afresh.")
    os.environ["BANYAN_AFRESH"] = "1"
    os.execv(sys.executable, [sys.executable, "-m", "banyan", *sys.argv[1:]])  # noqa: S606


def started_afresh() -> bool:
    return "BANYAN_AFRESH" in os.environ


def wait_for(changed: Callable[[], bool]) -> int:
    """After a mistake in changed code: wait until it has been put right."""
    say("The code above does not run; waiting for the next change.")
    while not changed():
        time.sleep(LOOK_EVERY_SECONDS / 2)
    return AFRESH
