"""Everything the shop is measured by, in one run: Banyan, the bare Django view, django-oscar.

    python bench/together.py --oscar DIR/bin/python [--many 10000] [--requests 200]

Runs pages.py with 1,000 products and with many, flash.py for a whole order, and oscar.py (DIR made
as that file says), one after the other with the same yardstick beside each, and prints the ratios
side by side as JSON. Needs bench/requirements.txt.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

BENCH = Path(__file__).resolve().parent


def printed(python: str, script: str, *options: object) -> dict[str, Any]:
    """The JSON that a bench prints; its own complaints go to our stderr."""
    command = [python, str(BENCH / script), *(str(one) for one in options)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--oscar", help="the Python of an environment with django-oscar")
    options.add_argument("--many", type=int, default=10_000, help="products of the second shop")
    options.add_argument("--requests", type=int, default=200, help="a page and round")
    options.add_argument("--orders", type=int, default=150)
    o = options.parse_args()
    how = ("--requests", o.requests, "--rounds", 2)
    report: dict[str, Any] = {"load1_before": os.getloadavg()[0]}
    for products in (1000, o.many):
        pages = printed(sys.executable, "pages.py", "--products", products, *how)
        report[f"banyan, {products} products"] = {
            "x_hello": {name: page["x_hello"] for name, page in pages["pages"].items()},
            "of_20_row_list": {
                name: page["of_20_row_list"]
                for name, page in pages["pages"].items()
                if name.startswith("home")
            },
            "bytes": {name: page["bytes"] for name, page in pages["pages"].items()},
            **{
                name: pages[name]
                for name in (
                    "warm_start_s", "pss_at_rest_mib", "pss_after_5000_mib", "slow_clients",
                    "yardstick",
                )
            },
        }  # fmt: skip
    sale = ("--units", o.orders + 50, "--buyers", o.orders, "--at-once", 8, "--yardstick")
    flash = printed(sys.executable, "flash.py", *sale)
    report["banyan, a whole order"] = {name: flash[name] for name in ("x_hello", "sold", "good")}
    if o.oscar:
        for products in (1000, o.many):
            report[f"django-oscar, {products} products"] = printed(
                o.oscar, "oscar.py", "--products", products
            )
    report["load1_after"] = os.getloadavg()[0]
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
