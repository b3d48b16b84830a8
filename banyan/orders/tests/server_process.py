"""A real server on the test's own database, to be killed; and a buyer who does not give up."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import requests
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent.parent
ENOUGH_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _database() -> dict[str, str]:
    """The environment that leads another process to the database of this test."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return {"BANYAN_SQLITE": name}
    parts = urlsplit(os.environ["BANYAN_DATABASE"])
    return {"BANYAN_DATABASE": urlunsplit(parts._replace(path=f"/{name}"))}


# The web server and the worker of `banyan serve`, under a parent that lets them be killed and
# starts them again at once, without the master's growing pauses.
PARENT = """
import os, signal, sys
import django
django.setup()
from banyan.server import serve
children = [serve.web_child(serve.listen("127.0.0.1", int(sys.argv[1]))), serve.worker_child()]
serve.load()
def start():
    pids = []
    for child in children:
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os._exit(child.run() or 0)
        pids.append(pid)
    return pids
pids = start()
print("up", flush=True)
for order in sys.stdin:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    for pid in pids:
        os.waitpid(pid, 0)
    if order.strip() == "end":
        break
    pids = start()
    print("up", flush=True)
"""


@dataclass
class Server:
    """The site's processes on one port, through all their lives."""

    sandbox_url: str
    sandbox_secret: str
    port: int = field(default_factory=free_port)
    lives: int = 0
    process: Any = None

    @property
    def said(self) -> Path:
        """What the processes write to their error output."""
        return Path(os.environ["BANYAN_DATA"]) / f"server-{self.port}.err"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environment = {
            **os.environ,
            **_database(),
            "BANYAN_DEBUG": "1",
            "BANYAN_DATA": os.environ["BANYAN_DATA"],
            "BANYAN_SECRET_KEY": settings.SECRET_KEY,
            "BANYAN_URL": self.url,
            "BANYAN_PAYMENT_PROVIDERS": "sandbox",
            "BANYAN_SANDBOX_URL": self.sandbox_url,
            "BANYAN_SANDBOX_SECRET": self.sandbox_secret,
            "BANYAN_MAIL": "file",
            "DJANGO_SETTINGS_MODULE": "banyan.settings",
        }
        with self.said.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-c", PARENT, str(self.port)],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
        self._wait()

    def _wait(self) -> None:
        line = self.process.stdout.readline()
        while line and line.strip() != "up":
            line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the server did not come up")
        self.lives += 1

    def kill(self) -> None:
        """kill -9 for web and worker, in the middle of whatever they do; others follow at once."""
        self.process.stdin.write("again\n")
        self.process.stdin.flush()
        self._wait()

    def faults(self) -> str:
        """The end of it."""
        return "\n".join(self.said.read_text(errors="replace").splitlines()[-120:])

    def end(self) -> None:
        with suppress(BrokenPipeError):
            self.process.stdin.write("end\n")
            self.process.stdin.flush()
        self.process.wait(ENOUGH_SECONDS)


@dataclass
class Buyer:
    """Sends each form again, with the same key, until somebody answers."""

    base: str
    session: requests.Session = field(default_factory=requests.Session)
    statuses: list[int] = field(default_factory=list)

    def send(self, method: str, path: str, stop: Any, **form: Any) -> requests.Response | None:
        while not stop.is_set():
            try:
                answer = self.session.request(
                    method, self.base + path, data=form or None, allow_redirects=False,
                    timeout=20, headers={"Sec-Fetch-Site": "same-origin"},
                )  # fmt: skip
            except requests.RequestException:
                self.session.close()
                time.sleep(0.1)
                continue
            if answer.status_code == 409 and "Retry-After" in answer.headers:
                time.sleep(0.5)
                continue
            self.statuses.append(answer.status_code)
            return answer
        return None

    def buy(self, variant_id: int, fields: dict[str, str], stop: Any) -> str | None:
        """From the shelf to the provider; gives where the acknowledged order sends its buyer."""
        answer = self.send(
            "POST", "/kiln/basket", stop,
            form_key=str(uuid4()), variant=variant_id, quantity=1, do="buy",
        )  # fmt: skip
        if answer is None or answer.status_code != 302:
            return None
        address = urlsplit(answer.headers["Location"]).path
        page = self.send("GET", address, stop)
        if page is None or page.status_code != 200:
            return None
        hidden = dict(
            re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page.text)
        )
        rate = re.search(r'name="rate" value="(\d+)" checked', page.text)
        if rate:
            hidden["rate"] = rate[1]
        hidden["form_key"] = str(uuid4())
        placed = self.send("POST", address, stop, **(fields | hidden))
        if placed is None or placed.status_code != 302:
            return None
        return placed.headers["Location"]
