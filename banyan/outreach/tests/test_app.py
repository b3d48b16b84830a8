"""A community as an app: its manifest and icon, and a worker that keeps nothing private."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

import banyan.outreach

pytestmark = pytest.mark.django_db

WORKER = Path(banyan.outreach.__file__).parent / "static" / "outreach" / "worker.js"


def test_each_community_has_its_own_name_colour_and_icon(kiln: Any, tea: Any) -> None:
    from banyan.communities.models import Community

    Community.objects.filter(pk=tea.pk).update(brand_h=20)
    page = Client().get("/kiln/").content.decode()
    assert 'rel="manifest" href="/kiln/manifest.webmanifest"' in page
    here, there = (
        json.loads(Client().get(f"/{slug}/manifest.webmanifest").content)
        for slug in ("kiln", "four")
    )
    assert (here["name"], here["start_url"]) == ("Slow Kiln", "/kiln/")
    assert here["theme_color"] != there["theme_color"]
    for icon in here["icons"]:
        answer = Client().get(icon["src"])
        assert answer["Content-Type"] == "image/png"
        size = f"{'x'.join(map(str, Image.open(io.BytesIO(answer.content)).size))}"
        assert size == icon["sizes"]
    assert Client().get("/app-icon/158-75-4000.png").status_code == 404


def test_the_manifest_speaks_the_readers_language_and_hides_hidden_places(
    kiln: Any, cast: Any
) -> None:
    from banyan.communities.models import Community

    client = Client()
    client.cookies["django_language"] = "zh-hans"
    assert json.loads(client.get("/kiln/manifest.webmanifest").content)["name"] == "慢窑"
    Community.objects.filter(pk=kiln.pk).update(visibility="hidden")
    assert Client().get("/kiln/manifest.webmanifest").status_code == 404


def test_the_worker_is_served_for_the_whole_site_and_names_files_that_exist() -> None:
    answer = Client().get("/sw.js")
    assert answer["Service-Worker-Allowed"] == "/"
    assert "javascript" in answer["Content-Type"]
    shell = json.loads(re.search(r"SHELL_FILES = (\[.*?\]);", answer.content.decode())[1])  # type: ignore[index]
    assert shell[0] == "/offline"
    assert Client().get("/offline").status_code == 200


def test_no_private_page_may_be_kept() -> None:
    """The two patterns of the worker, read from its own text."""
    text = WORKER.read_text()
    private, readable = (
        re.compile(re.search(rf"const {name} = /(.*)/;", text)[1].replace("\\/", "/"))  # type: ignore[index]
        for name in ("PRIVATE", "READABLE")
    )

    def keepable(path: str) -> bool:
        return not private.search(path) and bool(readable.search(path))

    for path in (
        "/wallet", "/wallet/0abc", "/cart", "/checkout/0abc", "/orders/K-ABC234", "/orders",
        "/studio/kiln/today", "/studio/kiln/money", "/me", "/me/notices", "/me/privacy",
        "/accounts/login/", "/kiln/leave", "/kiln/membership", "/kiln/new", "/kiln/p/0abc/edit",
        "/payments/return/0abc", "/studio/kiln/", "/kiln/report/post/0abc", "/messages/0abc",
    ):  # fmt: skip
        assert not keepable(path), path
    for path in ("/", "/kiln/", "/kiln/p/0abc", "/kiln/shop", "/kiln/shop/mug", "/discover"):
        assert keepable(path), path
