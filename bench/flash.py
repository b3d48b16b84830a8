"""The flash sale: 200 pieces, 1,000 buyers, 50 at once, through HTTP and the payment sandbox.

    python bench/flash.py                 # SQLite
    python bench/flash.py --units 1000 --buyers 300 --at-once 8 --yardstick   # what an order costs
    python bin/_postgres python bench/flash.py

Each buyer puts one piece in the basket, checks out, pays on the sandbox's page and comes back.
Exactly as many are sold as there are, every other buyer is told so, no answer is 5xx and none is
late: otherwise this ends with 1. Prints what it counted as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from load import Browser, Server, cpu_seconds, crowd, pss_mib
from pages import environment
from yardstick import yardstick

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = {
    "name": "Ana Gast", "country": "CN", "line1": "湖滨路8号", "city": "杭州", "region": "浙江",
    "postcode": "310000", "phone": "", "note": "",
}  # fmt: skip
FILL = """
import sys
from fill import found
from django.utils import timezone
from banyan.catalog.models import Product, Variant
from banyan.orders.models import ShippingRate
now = timezone.now()
kiln = found(now)
cup = Product.objects.create(community=kiln, slug="cup", handle="cup", title="The last cups",
    state="published", published_at=now, price_from_minor=15800)
variant = Variant.objects.create(community=kiln, product=cup, price_minor=15800,
    on_hand=int(sys.argv[1]))
ShippingRate.objects.create(community=kiln, name="Parcel post", lang="en", price_minor=1200)
print(variant.pk)
"""
COUNT = """
import json, django
django.setup()
from collections import Counter
from banyan.catalog.models import Variant
from banyan.ledger.queries import trial_balance
from banyan.orders.models import Order
from banyan.sellers.models import Book
v = Variant.objects.get()
print(json.dumps({"orders": Counter(Order.objects.values_list("state", flat=True)),
    "on_hand": v.on_hand, "reserved": v.reserved,
    "trial_balance": trial_balance(Book.objects.get(community__slug="kiln"))}))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(env: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return done.stdout.strip()


async def buy(base: str, sandbox: str, variant: str, number: int) -> str:
    """One guest, from the shelf to the paid order's page."""
    browser, bank = Browser(base), Browser(sandbox)
    try:
        put = await browser.post(
            "/kiln/basket",
            {"form_key": str(uuid4()), "variant": variant, "quantity": 1, "do": "buy"},
        )
        if put.status == 409:
            return "told at the shelf"
        path = put.header("location")
        page = await browser.get(path)
        if put.status != 302 or page.status != 200:
            return f"basket {put.status}, page {page.status}"
        form = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page.text))
        rate = re.search(r'name="rate" value="(\d+)" checked', page.text)
        form |= {"rate": rate[1] if rate else "", "form_key": str(uuid4())}
        placed = await browser.post(
            path, {**ADDRESS, "email": f"buyer{number}@bench.example", **form}
        )
        if placed.status == 409:
            return "told at the till"
        if placed.status != 302:
            return f"till {placed.status}"
        pay = urlsplit(placed.header("location"))
        decided = await bank.post(pay.path, {"do": "approve"})
        back = urlsplit(decided.header("location"))
        returned = await browser.get(back.path)
        home = urlsplit(returned.header("location"))
        order = await browser.get(f"{home.path}?{home.query}")
        return "bought" if order.status == 200 else f"order page {order.status}"
    finally:
        await browser.close()
        await bank.close()


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--buyers", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=50)
    parser.add_argument("--yardstick", action="store_true", help="print what an order costs")
    o = parser.parse_args()
    most = min(o.units, o.buyers)
    folder = tempfile.mkdtemp(prefix="banyan-flash-")
    port, bank_port = free_port(), free_port()
    base, sandbox = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{bank_port}"
    env = environment(folder, port) | {
        "DJANGO_SETTINGS_MODULE": "selling", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'bench'}",
        "BANYAN_SANDBOX_URL": sandbox, "BANYAN_SANDBOX_SECRET": "a-secret-for-the-flash-sale",
        "BANYAN_LOG": "WARNING", "BANYAN_PAYMENT_PROVIDERS": "sandbox",
    }  # fmt: skip
    run(env, "-m", "django", "migrate", "-v0")
    run(env, "-m", "django", "collectstatic", "--noinput", "-v0")
    yard = await yardstick(free_port(), requests=900) if o.yardstick else {}
    variant = run(env, "-c", FILL, str(o.units))
    bank_command = [sys.executable, "-m", "banyan_sandbox", "--port", str(bank_port)]
    serve = [sys.executable, "-m", "banyan", "serve", "--port", str(port)]
    log = f"{folder}/log"
    with (
        Sandbox(bank_command, env, log, bank_port),
        Server(serve, f"{base}/cart", env=env, cwd=str(ROOT), log=log) as server,
    ):
        before = cpu_seconds(server.pid)
        sale = await crowd(
            lambda n: buy(base, sandbox, variant, n),
            total=o.buyers, at_once=o.at_once, seconds=900,
        )  # fmt: skip
        spent, memory = cpu_seconds(server.pid) - before, pss_mib(server.pid)
        until = time.monotonic() + 60
        while time.monotonic() < until:  # the last callbacks and their letters
            counted = json.loads(run(env, "-c", COUNT))
            if counted["orders"].get("paid", 0) >= most:
                break
            time.sleep(2)
    sold = counted["orders"].get("paid", 0)
    outcomes = sale["outcomes"]
    told = {"bought", "told at the shelf", "told at the till"}
    good = (
        sold == most
        and (counted["on_hand"], counted["reserved"]) == (o.units - most, 0)
        and not any(counted["trial_balance"].values())
        and set(outcomes) <= told
        and sum(outcomes.values()) == o.buyers
    )
    per_order = {}
    if yard:
        ms = 1000 * spent / max(1, sold)
        per_order = {
            "cpu_ms_an_order": round(ms, 1), "hello_cpu_ms": yard["hello_cpu_ms"],
            "x_hello": round(ms / yard["hello_cpu_ms"], 1),
        }  # fmt: skip
    print(
        json.dumps(
            {
                "database": "postgresql" if os.environ.get("BANYAN_DATABASE") else "sqlite",
                "units": o.units, "buyers": o.buyers, "at_once": o.at_once, "sold": sold,
                **counted, **sale, "cpu_s": round(spent, 1), "pss_mib": memory, "good": good,
                "log": log, **per_order,
            },
            indent=1,
        )
    )  # fmt: skip
    return 0 if good else 1


class Sandbox:
    """The payment provider, for as long as the block lasts."""

    def __init__(self, command: list[str], env: dict[str, str], log: str, port: int) -> None:
        self.command, self.env, self.log, self.port = command, env, log, port

    def __enter__(self) -> None:
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command, env=self.env, cwd=ROOT, stdout=log, stderr=log
            )
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise SystemExit("the sandbox did not start")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
