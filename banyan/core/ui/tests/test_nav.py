from types import SimpleNamespace

import pytest

from banyan.core.ui import nav


@pytest.fixture(autouse=True)
def empty_menus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nav, "_menus", nav.defaultdict(dict))


def test_what_has_no_address_leaves_no_link() -> None:
    nav.place("community", "shop", label="Shop", url=lambda r: "/kiln/shop", order=20)
    nav.place("community", "feed", label="Feed", url=lambda r: "/kiln", order=10)
    nav.place("community", "live", label="Live", url=lambda r: None, order=15)
    links = nav.links("community", SimpleNamespace(path="/kiln/shop/bowl"))
    assert [link.key for link in links] == ["feed", "shop"]
    assert [link.current for link in links] == [False, True]


def test_the_same_key_again_replaces() -> None:
    nav.place("me", "me", label="Me", url=lambda r: "/me")
    nav.place("me", "me", label="Profile", url=lambda r: "/me")
    assert [link.label for link in nav.links("me", SimpleNamespace(path="/"))] == ["Profile"]
