"""`banyan serve` and `banyan worker`: load once, look whether all is in order, fork."""

from __future__ import annotations

import argparse
import errno
import importlib
import os
import runpy
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from uuid import uuid4

import django

from . import develop
from .master import AFRESH, CANNOT_START, Child, Master, say

LOOPBACK = ("127.0.0.1", "localhost", "::1")
WEB_MODULES = ("banyan.server.web", "banyan.server.wsgi", "PIL.Image", "nh3", "markdown_it")


def main(argv: Sequence[str]) -> int:
    options = parser().parse_args(argv)
    if not options.develop:
        return serve(options)
    changed = develop.changes(Path(__file__).parent.parent)
    try:
        code = serve(options, changed)
    except Exception:
        if not develop.started_afresh():
            raise
        traceback.print_exc()
        code = develop.wait_for(changed)
    return develop.start_afresh() if code == AFRESH else code


def serve(options: argparse.Namespace, changed: Callable[[], bool] | None = None) -> int:
    django.setup()
    from django.conf import settings

    serving = options.command == "serve"
    if serving and settings.DEBUG and options.host not in LOOPBACK:
        say("With BANYAN_DEBUG on, the site listens on this machine only: leave out --host.")
        return 1
    if options.develop and not settings.DEBUG:
        say("--develop is for BANYAN_DEBUG=1 only.")
        return 1
    children = []
    try:
        if serving:
            children.append(web_child(listen(options.host, options.port)))
        if options.develop and develop.has_sandbox():
            listen(options.host, port := options.port + 1).close()  # so that it is said here
            children.append(sandbox_child(port))
    except OSError as error:
        say(cannot_listen(error, options.port + len(children)))
        return 1
    if not serving or not options.no_worker:
        children.append(worker_child())
    if settings.DEBUG:
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    load()
    # In a process of its own, so that no connection or thread of it reaches the fork.
    if options.develop and (code := in_a_child(partial(develop.prepare, empty=options.empty))):
        return code
    if code := in_a_child(preflight):
        return code
    if serving:
        say(f"\nBanyan is at {address(options)}   (Ctrl-C ends it)")
    return Master(children, changed=changed).run()


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="banyan")
    commands = made.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="web and worker under one master")
    serve.add_argument("--host", default=os.environ.get("BANYAN_HOST", "127.0.0.1"))
    serve.add_argument("--port", type=int, default=int(os.environ.get("BANYAN_PORT", "8000")))
    serve.add_argument("--no-worker", action="store_true", help="the worker runs elsewhere")
    serve.add_argument(
        "--develop", action="store_true", help="prepare and seed, start afresh on changed code"
    )
    serve.add_argument("--empty", action="store_true", help="with --develop: no demo world")
    commands.add_parser("worker", help="only background work").set_defaults(develop=False)
    return made


def address(options: argparse.Namespace) -> str:
    host = f"[{options.host}]" if ":" in options.host else options.host
    return f"http://{host}:{options.port}"


def listen(host: str, port: int) -> socket.socket:
    """The socket that all web processes of this master accept from, the restarted ones too."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def cannot_listen(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken by another program. "
            f"End that one, or choose another port: --port {port + 100}"
        )
    if error.errno == errno.EACCES:
        return f"This user may not listen on port {port}; ports from 1024 up are open to all."
    return f"Cannot listen on port {port}: {error.strerror}."


def load() -> None:
    """Import before the fork what both children would import after it: they share the memory."""
    for name in WEB_MODULES:
        importlib.import_module(name)
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    if "rjieba" in sys.modules:
        sys.modules["rjieba"].cut("榕树")  # its dictionary, 33 MiB, loads with the first cut


def in_a_child(call: Callable[[], int]) -> int:
    """The exit code of `call`, made in a process of its own."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    code = 1
    try:
        code = call()
    except BaseException as error:
        say(f"{type(error).__name__}: {error}")
    finally:
        sys.stdout.flush()
        os._exit(code)


def preflight() -> int:
    """Say in sentences why the site may not start; 0 when it may."""
    from django.conf import settings
    from django.core import checks
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from django.db.utils import DatabaseError, InterfaceError

    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, InterfaceError) as error:
        say(f"The database cannot be opened: {str(error).strip()}")
        say("Check BANYAN_DATABASE (docs/settings.md) and that the database server runs.")
        return 1
    if plan:
        say(f"The database is {len(plan)} steps behind this version. Run: banyan migrate")
        return 1
    if not settings.DEBUG and not Path(settings.STATIC_ROOT, "staticfiles.json").exists():
        say("The static files have not been collected. Run: banyan collectstatic --no-input")
        return 1
    found = checks.run_checks(include_deployment_checks=not settings.DEBUG)
    serious = [message for message in found if message.is_serious() and not message.is_silenced()]
    for message in serious:
        say(f"{message.id}: {message.msg}" + (f"\n    {message.hint}" if message.hint else ""))
    if serious:
        say("Banyan does not start until this is put right.")
        return 1
    return 0


def web_child(listener: socket.socket) -> Child:
    return Child("web", partial(be_web, listener), vital=True)


def be_web(listener: socket.socket) -> int:
    from django.conf import settings

    from . import web, wsgi
    from .bridge import Limits
    from .hub.hub import Hub

    limits = Limits(body=getattr(settings, "LARGEST_BODY_BYTES", Limits.body))
    proxies = getattr(settings, "TRUSTED_PROXIES", ())
    try:
        options = web.Options(limits=limits, proxies=proxies)
        return web.run(wsgi.application, listener, options, Hub(proxies=proxies))
    except (ImportError, ValueError) as error:
        say(f"The web process cannot start: {error}")
        return CANNOT_START


def worker_child() -> Child:
    return Child("worker", partial(be_worker, f"worker:{uuid4().hex}"))


def be_worker(slot: str) -> int:
    from .worker import Worker

    return Worker(slot=slot).run()


def sandbox_child(port: int) -> Child:
    return Child("sandbox payment provider", partial(be_sandbox, port))


def be_sandbox(port: int) -> int:
    sys.argv = ["banyan_sandbox", "--port", str(port), "--adopt"]
    runpy.run_module("banyan_sandbox", run_name="__main__", alter_sys=True)
    return 0
