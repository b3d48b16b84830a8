"""Things to sell at Slow Kiln."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def new_product(kiln: Any, cast: Any, now: Any) -> Callable[..., Any]:
    """new_product("Tenmoku bowl", on_hand=3): published, unless published=False."""
    from banyan.catalog.actions import products

    def make(title: str = "Tenmoku bowl", *, published: bool = True, **fields: Any) -> Any:
        told = {"price_minor": 26800, "on_hand": 10, "community": kiln, "by": cast.mei} | fields
        product = products.create(title=title, now=now, **told)
        if published:
            products.publish(product=product, by=cast.mei, now=now)
        return product

    return make


@pytest.fixture
def picture_bytes() -> Callable[..., bytes]:
    def make(color: str = "tan", size: tuple[int, int] = (640, 800), kind: str = "JPEG") -> bytes:
        out = io.BytesIO()
        Image.new("RGB", size, color).save(out, kind)
        return out.getvalue()

    return make


@pytest.fixture
def fixture_bytes() -> Callable[[str], bytes]:
    return lambda name: (FIXTURES / name).read_bytes()


@pytest.fixture
def enter(client: Any) -> Callable[..., Any]:
    """Sign a person in: enter(cast.mei)."""

    def sign_in(person: Any) -> Any:
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def send(client: Any) -> Callable[..., Any]:
    """POST as a browser does: send("/studio/kiln/catalog/new", {...})."""
    from banyan.core.idempotency import new_form_key

    def post(path: str, told: dict[str, Any] | None = None, **extra: Any) -> Any:
        return client.post(
            path, {"form_key": new_form_key(), **(told or {})},
            headers={"Origin": "http://testserver"}, **extra,
        )  # fmt: skip

    return post
