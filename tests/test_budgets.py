"""What pages may ask of the database: a fixed number of statements, whatever stands in it.

Signed out and as a member, with a cold cache (a server just started) and a warm one; with the
small world, and with 300 products and 300 posts more.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from banyan.catalog.models import Product, Variant
from banyan.communities.models import Community
from banyan.content.models import Post
from banyan.core import cards
from tests.walks.world import World, world

__all__ = ["world"]

MANY = 300
# The page, and how many statements it may cost at most.
BUDGETS = {
    "shop": 6,
    "product": 7,
    "community": 10,
    "post": 10,
    "home": 10,
    "discover": 6,
    "members": 8,
    "charter": 8,
    "cart": 8,
}
# With a cold cache (once after a start) a member's session, row and communities come on top.
WHO_IS_IT = 3


def paths(world: World) -> dict[str, str]:
    kwargs = {"c": "kiln"}
    return {
        name: reverse(name, kwargs=given)
        for name, given in {
            "shop": kwargs,
            "product": kwargs | {"slug": "morning-mug"},
            "community": kwargs,
            "post": kwargs | {"id": world.posts[0].public_id},
            "home": {},
            "discover": {},
            "members": kwargs,
            "charter": kwargs,
            "cart": {},
        }.items()
    }


def statements(client: Client, path: str) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in seen]


def measure(client: Client, path: str) -> tuple[list[str], list[str]]:
    """The statements of a page with a cold cache, then with a warm one."""
    cache.clear()
    cards.forget()
    cold = statements(client, path)
    return cold, statements(client, path)


def fill(world: World) -> None:
    """Three hundred products, posts and communities more, as rows: only their number matters."""
    product, variant, post = (world.products["seconds"], world.variants["seconds"], world.posts[0])
    made = Product.objects.bulk_create(
        Product(
            community=world.kiln, slug=f"many-{n}", handle=f"many-{n}", title=f"Cup {n}", lang="en",
            state="published", price_from_minor=900 + n, cover=product.cover,
            published_at=world.now - timedelta(minutes=n),
        )
        for n in range(MANY)
    )  # fmt: skip
    Variant.objects.bulk_create(
        Variant(community=world.kiln, product=one, price_minor=900 + n, on_hand=variant.on_hand)
        for n, one in enumerate(made)
    )
    authors = list(world.members.values())
    Post.objects.bulk_create(
        Post(
            community=world.kiln, author=authors[n % len(authors)], kind=post.kind, lang="en",
            title=f"Day {n}", body="It rained.", cover=post.cover, lead=made[n],
            published_at=world.now - timedelta(minutes=n), score=post.score + n,
        )
        for n in range(MANY)
    )  # fmt: skip
    Community.objects.bulk_create(
        Community(slug=f"place-{n}", name=f"Place {n}", purpose="A place.", cover=world.kiln.cover)
        for n in range(MANY // 10)
    )


def test_pages_keep_within_their_statements_however_much_there_is(
    world: World, subtests: Any
) -> None:
    member, owner = Client(), Client()
    member.force_login(world.cast.jonas)
    owner.force_login(world.cast.mei)
    viewers = {"signed out": Client(), "a member": member, "the owner": owner}
    for client in viewers.values():
        client.get("/")
    sizes: dict[tuple[str, str], set[tuple[int, int]]] = {}
    for size in ("small", "large"):
        if size == "large":
            fill(world)
        for name, path in paths(world).items():
            for who, client in viewers.items():
                cold, warm = measure(client, path)
                with subtests.test(f"{name}, {who}, {size}"):
                    most = BUDGETS[name]
                    known = 0 if who == "signed out" else WHO_IS_IT
                    assert len(cold) <= most + known, "\n".join(cold)
                    assert len(warm) <= most, "\n".join(warm)
                    sizes.setdefault((name, who), set()).add((len(cold), len(warm)))
    for (name, who), counts in sizes.items():
        with subtests.test(f"{name}, {who}: as many with 300 more"):
            assert len(counts) == 1, counts
        print(f"SQL {name}, {who}: cold and warm {sorted(counts)}")
