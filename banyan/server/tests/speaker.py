"""Another process of the site that says things: python -m …speaker LANE TIMES [say|record]."""

from __future__ import annotations

import sys
import time

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from banyan.core import hub  # noqa: E402


def main(lane: str, times: str, how: str = "record") -> None:
    for n in range(int(times)):
        with transaction.atomic():
            body = {"sent": time.monotonic_ns(), "of": n}
            if how == "record":
                hub.record(lane, "news", body, now=timezone.now())
            elif how == "long":
                hub.record(lane, "news", {"words": "长" * 30_000}, now=timezone.now())
            else:
                hub.say(lane, "news", body)
        time.sleep(0.005)


if __name__ == "__main__":
    main(*sys.argv[1:])
