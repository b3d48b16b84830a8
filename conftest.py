"""Which tests run: browser tests where Chromium is, soak tests where they are asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_left_out: list[str] = []


def chromium_path() -> str | None:
    """The browser to test with: BANYAN_CHROMIUM, or the system's."""
    named = os.environ.get("BANYAN_CHROMIUM")
    return named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    soaking = os.environ.get("BANYAN_SOAK") == "1"
    # In CI a missing browser is a mistake, so there the tests run and fail.
    browsing = chromium_path() is not None or bool(os.environ.get("CI"))
    kept = []
    for item in items:
        if item.get_closest_marker("soak") and not soaking:
            continue
        if item.get_closest_marker("browser") and not browsing:
            _left_out.append(item.nodeid)
            continue
        kept.append(item)
    items[:] = kept


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if _left_out:
        terminalreporter.write_line(
            f"{len(_left_out)} browser tests left out: no Chromium here. "
            "Install it (apt install chromium), or set BANYAN_CHROMIUM=/path/to/it."
        )


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium, driven by Playwright; one for the whole run."""
    from playwright.sync_api import sync_playwright

    path = chromium_path()
    if path is None:
        pytest.fail("no Chromium here: apt install chromium, or BANYAN_CHROMIUM=/path/to/it")
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield running
        running.close()
