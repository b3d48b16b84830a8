from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from banyan.conftest import NOW


def jpeg(
    colour: tuple[int, int, int] = (120, 160, 140), size: tuple[int, int] = (800, 1000)
) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", quality=60)
    return out.getvalue()


@pytest.fixture
def photo_of() -> Callable[..., Any]:
    """A stored photo of a member: photo_of(member)."""
    from banyan.core.pictures import take_picture

    def make(member: Any, alt: str = "A celadon bowl") -> Any:
        return take_picture(
            jpeg(),
            community_id=member.community_id,
            owner=member.person.pseudonym,
            now=NOW,
            alt=alt,
            lang="en",
        )

    return make


@pytest.fixture
def write(kiln: Any, cast: Any, member_of: Callable[..., Any]) -> Callable[..., Any]:
    """A published post: write("First light", by=cast.jonas)."""
    from banyan.content.actions import post

    def make(title: str = "First light", *, by: Any = None, now: Any = NOW, **fields: Any) -> Any:
        author = member_of(fields.pop("community", kiln), by or cast.jonas)
        return post.publish(author=author, title=title, now=now, **fields)

    return make


@pytest.fixture
def product(kiln: Any) -> Callable[..., Any]:
    """A published product: product("Moon jar", 42000)."""
    from banyan.catalog.models import Product, Variant

    def make(
        title: str = "Moon jar", minor: int = 42000, community: Any = None, **fields: Any
    ) -> Any:
        slug = fields.pop("slug", title.lower().replace(" ", "-"))
        place = community or kiln
        made = Product.objects.create(
            community=place, slug=slug, handle=slug, title=title, lang="en",
            state="published", price_from_minor=minor, published_at=NOW, **fields,
        )  # fmt: skip
        Variant.objects.create(community=place, product=made, price_minor=minor, on_hand=5)
        return made

    return make
