"""A master with a tiny web and a tiny worker, as a process: python -m …household [manner]."""

from __future__ import annotations

import os
import signal
import sys
import time

from banyan.server import web
from banyan.server.master import Child, Master

from . import tiny


def worker() -> int:
    told = []
    signal.signal(signal.SIGTERM, lambda *_: told.append(True))
    while not told:
        time.sleep(0.05)
    return 0


def stubborn() -> int:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(60)
    return 0


def main(how: str) -> int:
    listener = tiny.listener()
    print(listener.getsockname()[1], flush=True)

    def serve() -> int:
        return 3 if how == "cannot" else web.run(tiny.app, listener, web.Options())

    children = [Child("web", serve, vital=True), Child("worker", worker)]
    if how == "stubborn":
        children.append(Child("stubborn one", stubborn))
    return Master(children, closing_seconds=1.5 if how == "stubborn" else 15).run()


if __name__ == "__main__":
    print(os.getpid(), file=sys.stderr)
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
