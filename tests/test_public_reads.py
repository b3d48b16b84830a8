"""Reading writes nothing: not a row, not a session, on any page that the public may see.

Every GET address of a public audience is asked for, signed out and as a member; a new one is
covered by itself, once tests/walks/examples.py names an example of its parts.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from banyan.orders import visitors
from tests.walks.examples import addresses, path_of
from tests.walks.world import GUEST, World, world

__all__ = ["world"]

PUBLIC = ("public", "threshold", "reader", "signed")
READ = (200, 302, 404, 405)  # 405: the door of a POST
READS = ("SELECT", "SAVEPOINT", "RELEASE", "EXPLAIN", "PRAGMA", "SHOW", "BEGIN", "ROLLBACK TO")


class Writes:
    """Keeps every statement that is no read."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip("( ").upper().startswith(READS):
            self.seen.append(sql[:200])
        return execute(sql, params, many, context)


def answer(client: Client, path: str) -> tuple[int, list[str], Any]:
    writes = Writes()
    with connection.execute_wrapper(writes):
        response = client.get(path)
        if response.streaming:
            b"".join(response.streaming_content)
    return response.status_code, writes.seen, response


@pytest.mark.trust
def test_no_public_page_writes_anything(world: World, subtests: Any) -> None:
    guest, member = Client(), Client()
    guest.cookies[visitors.COOKIE] = visitors._signer().sign(GUEST)
    member.force_login(world.cast.jonas)
    member.get("/")  # what signing in itself leaves behind
    shown = 0
    for name, view, parts in addresses():
        if getattr(view, "audience", None) not in PUBLIC:
            continue
        for who, client in (("guest", guest), ("jonas", member)):
            with subtests.test(f"{name}, {who}"):
                status, writes, response = answer(client, path_of(world, name, parts, who))
                assert writes == []
                assert status in READ
                shown += status == 200
                if who == "guest":
                    assert "sessionid" not in response.cookies
    assert shown > 25


@pytest.mark.trust
def test_neither_pages_nor_searches_write(world: World, subtests: Any) -> None:
    """The same addresses with what people type and click: a page further, a search, a filter."""
    for path in (
        "/kiln/shop?q=bowl", "/kiln/shop?sort=price&page=2", "/discover?q=tea&interest=tea",
        "/kiln/?feed=new", "/kiln/feed?feed=new&topic=making", "/kiln/?utm_source=letter&s=abc",
        "/kiln/shop/nothing-here", "/nobody-here/", "/cart?added=1",
        "/search?q=bowl", "/kiln/search?q=杯&tab=posts&page=2", "/search/suggest?q=bo",
    ):  # fmt: skip
        with subtests.test(path):
            _status, writes, response = answer(Client(), path)
            assert writes == []
            assert "sessionid" not in response.cookies
