"""python -m banyan_sandbox --port 8001 [--secret …] [--db FILE] [--no-duplicates] [--drop 3]"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading

from .bank import Bank
from .courier import Courier
from .server import make_server
from .store import Store

LOOPBACK = ("127.0.0.1", "localhost")
DEVELOPMENT_SECRET = "sandbox-development-secret"  # noqa: S105


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="banyan_sandbox", description="A payment provider that moves no money."
    )
    parser.add_argument("--port", type=int, default=8001, help="0: any free one")
    parser.add_argument("--host", default="127.0.0.1", choices=LOOPBACK)
    parser.add_argument(
        "--secret", default=os.environ.get("BANYAN_SANDBOX_SECRET", DEVELOPMENT_SECRET)
    )
    parser.add_argument("--db", default=":memory:", help="a file that outlives this process")
    parser.add_argument(
        "--duplicates",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="deliver every event twice, as providers sometimes do",
    )
    parser.add_argument(
        "--drop", type=int, default=0, metavar="N", help="lose every Nth event for good"
    )
    parser.add_argument(
        "--adopt",
        action="store_true",
        help="refund payments it has never seen: demo orders, and those of an earlier run",
    )
    options = parser.parse_args()

    store = Store(options.db)
    courier = Courier(store, options.secret, duplicates=options.duplicates, drop=options.drop)
    bank = Bank(store, courier, adopts=options.adopt)
    try:
        server = make_server(options.host, options.port, bank, options.secret)
    except OSError as error:
        print(f"The sandbox cannot listen on port {options.port}: {error.strerror}", flush=True)
        return 1
    courier.start(on_tick=bank.tick)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    port = server.server_address[1]
    print(f"The payment sandbox is at http://{options.host}:{port}", flush=True)
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        pass
    finally:
        courier.stop()
        server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
