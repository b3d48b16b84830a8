"""The shop as readers see it: what is there, what it costs, and in how few questions."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from banyan.catalog import prices, queries, rules
from banyan.catalog.actions import products, variants
from banyan.catalog.models import Product, Variant
from banyan.communities.models import Community
from banyan.communities.places import url
from banyan.core import cards
from banyan.core.jobs import run_due
from banyan.core.models import Activity
from banyan.core.money import Money

pytestmark = pytest.mark.django_db


def many(kiln: Any, count: int, now: Any) -> None:
    rows = Product.objects.bulk_create(
        Product(
            community=kiln, slug=f"cup-{n}", handle=f"cup-{n}", title=f"Cup {n}",
            price_from_minor=n, state=rules.PUBLISHED, published_at=now, category=f"Shelf {n % 9}",
            search=f"cup {n}",
            search_version=1,
        )
        for n in range(1, count + 1)
    )  # fmt: skip
    Variant.objects.bulk_create(
        Variant(community=kiln, product=p, price_minor=p.price_from_minor, on_hand=3) for p in rows
    )


def queries_of(client: Any, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_the_shop_asks_six_questions_with_ten_thousand_products(client: Any, kiln: Any, now: Any) -> None:  # fmt: skip  # noqa: E501
    many(kiln, 24, now)
    cache.clear()
    cards.forget()
    few = queries_of(client, "/kiln/shop")
    many_more = 10_000 - 24
    Product.objects.all().delete()
    many(kiln, many_more, now)
    cache.clear()
    cards.forget()
    assert queries_of(client, "/kiln/shop") == few <= 6
    assert queries_of(client, "/kiln/shop?page=300") <= 6
    assert queries_of(client, "/kiln/shop") <= 3  # once known
    cache.clear()
    cards.forget()
    assert queries_of(client, "/kiln/shop?q=cup+9&category=Shelf+1&stock=1&sort=cheap") <= 6


def test_a_product_asks_seven_questions(client: Any, kiln: Any, new_product: Any, cast: Any, now: Any, picture_bytes: Any) -> None:  # fmt: skip  # noqa: E501
    from banyan.catalog.actions import photos

    product = new_product(description="Oil-dark glaze.")
    options = [("Glaze", ["Ash", "Blush", "Tenmoku"]), ("Size", ["S", "M"])]
    variants.set_options(product=product, options=options, by=cast.mei, now=now)
    photos.add(product=product, uploads=[picture_bytes()] * 4, by=cast.mei, now=now)
    cache.clear()
    cards.forget()
    assert queries_of(client, f"/kiln/shop/{product.slug}") <= 7
    assert queries_of(client, f"/kiln/shop/{product.slug}") <= 7


def test_reading_writes_nothing(client: Any, kiln: Any, new_product: Any) -> None:
    product = new_product()
    said = Activity.objects.count()
    with CaptureQueriesContext(connection) as asked:
        client.get("/kiln/shop?q=bowl")
        client.get(f"/kiln/shop/{product.slug}")
    verbs = {row["sql"].split()[0] for row in asked}
    assert verbs <= {"SELECT"}
    assert Activity.objects.count() == said
    assert not client.cookies


def test_price_and_stock_are_fresh_though_cards_are_kept(client: Any, kiln: Any, new_product: Any) -> None:  # fmt: skip  # noqa: E501
    product = new_product()
    assert "268" in client.get("/kiln/shop").content.decode()
    Variant.objects.update(price_minor=31700, on_hand=2)
    page = client.get("/kiln/shop").content.decode()
    assert "317" in page
    assert "2 left" in page
    Variant.objects.update(reserved=2)
    assert "Sold out" in client.get("/kiln/shop").content.decode()
    assert "Sold out" in client.get(f"/kiln/shop/{product.slug}").content.decode()


def test_drafts_are_for_operators_only(client: Any, kiln: Any, cast: Any, new_product: Any, enter: Any) -> None:  # fmt: skip  # noqa: E501
    draft = new_product("Secret cup", published=False)
    path = f"/kiln/shop/{draft.slug}"
    assert client.get(path).status_code == 404
    for person in (cast.jonas, cast.kenji, cast.rafe):
        assert enter(person).get(path).status_code == 404
    page = enter(cast.mei).get(path)
    assert page.status_code == 200
    assert "only those who run the shop see it" in page.content.decode()
    assert "Secret cup" not in client.get("/kiln/shop").content.decode()


def test_another_communitys_product_is_not_found_here(client: Any, tea: Any, new_product: Any) -> None:  # fmt: skip  # noqa: E501
    assert client.get(f"/four/shop/{new_product().slug}").status_code == 404


def test_a_hidden_communitys_shop_does_not_exist_for_strangers(client: Any, kiln: Any, cast: Any, new_product: Any, enter: Any) -> None:  # fmt: skip  # noqa: E501
    product = new_product()
    Community.objects.update(visibility="hidden")
    for path in ("/kiln/shop", f"/kiln/shop/{product.slug}"):
        assert client.get(path).status_code == 404
        assert enter(cast.rafe).get(path).status_code == 404
        assert enter(cast.jonas).get(path).status_code == 200
        client.logout()


def test_words_find_products_in_both_languages(kiln: Any, new_product: Any, cast: Any, now: Any) -> None:  # fmt: skip  # noqa: E501
    gaiwan = new_product(
        "Celadon gaiwan set", second_title="青瓷盖碗套装", second_lang="zh-Hans",
        line="A glaze that breaks to brown.", tags=["tea", "茶器"], vendor="Mei Lin",
    )  # fmt: skip
    new_product("Moon jar")

    def found(words: str) -> list[str]:
        return [p.title for p in queries.search(kiln, words)]

    assert found("gaiwan") == [gaiwan.title]  # at once, by its title
    run_due()
    for words in (
        "celadon",
        "盖碗",
        "青瓷",
        "青瓷 盖碗",
        "glaze brown",
        "茶器",
        "mei lin",
        "GAIWAN",
    ):
        assert found(words) == [gaiwan.title], words
    assert found("celadon jar") == []
    products.change(product=gaiwan, by=cast.mei, now=now, title="Grey gaiwan")
    run_due()
    assert found("celadon") == []
    assert found("grey") == ["Grey gaiwan"]


def test_the_shelf_is_narrowed_and_ordered(kiln: Any, new_product: Any) -> None:
    cheap = new_product("Incense dish", price_minor=8800, category="Home", tags=["Gift"])
    dear = new_product("Moon jar", price_minor=98000, category="Home", on_hand=0)
    new_product("Gaiwan", price_minor=19800, category="Tea", tags=["Gift", "tea"])

    def titles(**wish: Any) -> list[str]:
        page = queries.shelf(kiln, queries.Wish(**wish), 1)
        return [Product.objects.get(pk=p.pk).title for p in page.object_list]

    assert titles(sort="cheap") == ["Incense dish", "Gaiwan", "Moon jar"]
    assert titles(sort="dear") == ["Moon jar", "Gaiwan", "Incense dish"]
    assert titles(category="Home", sort="cheap") == [cheap.title, dear.title]
    assert titles(category="Home", in_stock=True) == [cheap.title]
    assert sorted(titles(tag="gift")) == ["Gaiwan", "Incense dish"]
    run_due()
    facets = queries.facets(kiln)
    assert [(f.word, f.count) for f in facets["category"]] == [("Home", 2), ("Tea", 1)]
    assert [(f.word, f.count) for f in facets["tag"]] == [("Gift", 2), ("tea", 1)]


def test_an_empty_shop_says_so_in_both_languages(client: Any, kiln: Any) -> None:
    assert "The shop opens soon" in client.get("/kiln/shop").content.decode()
    assert "Nothing like that here" in client.get("/kiln/shop?q=teapot").content.decode()
    assert client.get("/kiln/shop?page=x&sort=drop&stock=%00").status_code == 200


def test_a_product_reads_in_the_readers_language(client: Any, kiln: Any, new_product: Any) -> None:
    product = new_product(
        second_title="天目大碗", second_line="墨黑釉面。", second_lang="zh-Hans", line="Oil-dark."
    )
    page = client.get(f"/kiln/shop/{product.slug}", headers={"Accept-Language": "zh-CN"})
    text = page.content.decode()
    assert '<h1 lang="zh-Hans">天目大碗</h1>' in text
    with translation.override("en"):
        assert product.said("title") == "Tenmoku bowl"


def test_others_learn_of_a_product_by_its_own_words(client: Any, kiln: Any, new_product: Any) -> None:  # fmt: skip  # noqa: E501
    title = "Bowl </script><script>alert(1)</script> & co"
    product = new_product(title, line="Rust edge.", vendor="Mei Lin")
    page = client.get(f"/kiln/shop/{product.slug}")
    text = page.content.decode()
    (data,) = re.findall(r'<script type="application/ld\+json" nonce="[^"]+">(.*?)</script>', text)
    told = json.loads(data)
    assert told["name"] == title
    assert told["offers"]["price"] == "268.00"
    assert told["offers"]["priceCurrency"] == "CNY"
    assert told["offers"]["availability"].endswith("/InStock")
    assert 'property="og:title"' in text
    assert "<script>alert" not in text


def test_a_calculator_above_changes_the_price_everywhere(client: Any, kiln: Any, new_product: Any, monkeypatch: Any) -> None:  # fmt: skip  # noqa: E501
    monkeypatch.setattr(prices, "_calculators", [])

    @prices.calculates(order=10)
    def half(variant: Any, member: Any, price: Any) -> Any:
        return prices.Price(Money(price.amount.minor // 2, "CNY"), price.amount, "half")

    @prices.calculates(order=20)
    def nothing(variant: Any, member: Any, price: Any) -> None:
        return None

    product = new_product()
    price = prices.price_of(Variant.objects.select_related("product").get(product=product))
    assert (price.amount, price.was, price.why) == (
        Money(13400, "CNY"),
        Money(26800, "CNY"),
        "half",
    )
    assert "134" in client.get("/kiln/shop").content.decode()
    assert "134" in client.get(f"/kiln/shop/{product.slug}").content.decode()


def test_the_community_home_shows_four_of_the_shop(client: Any, kiln: Any, new_product: Any) -> None:  # fmt: skip  # noqa: E501
    for n in range(5):
        new_product(f"Cup number {n}")
    text = client.get(url(kiln, "community")).content.decode()
    assert "From the shop" in text
    assert len(re.findall(r"Cup number \d", text)) >= 4
    assert "Cup number 0" not in text


def test_a_product_without_a_photo_wears_a_leaf(client: Any, kiln: Any, new_product: Any) -> None:
    product = new_product()
    assert "leaf-shot" in client.get("/kiln/shop").content.decode()
    assert "leaf-shot" in client.get(f"/kiln/shop/{product.slug}").content.decode()


def test_htmx_is_given_the_changing_part_alone(client: Any, kiln: Any, new_product: Any) -> None:
    product = new_product()
    asked = {"HX-Request": "true"}
    shelf = client.get("/kiln/shop?q=bowl", headers=asked)
    assert shelf.content.decode().strip().startswith('<div id="shelf">')
    assert "HX-Request" in shelf["Vary"]
    gallery = client.get(f"/kiln/shop/{product.slug}?photo=1", headers=asked)
    assert gallery.content.decode().strip().startswith('<div class="gal"')
