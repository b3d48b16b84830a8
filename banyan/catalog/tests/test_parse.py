"""What a file says, before anything is written: no database."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from banyan.catalog.imports.given import Given
from banyan.catalog.imports.parse import parse
from banyan.catalog.imports.problems import place, sentence


def problems_of(given: Given) -> list[tuple[int, str, str]]:
    return [(p.row, p.column, p.code) for p in given.problems]


@pytest.fixture
def given(fixture_bytes: Callable[[str], bytes]) -> Callable[..., Given]:
    return lambda name, currency="CNY": parse(fixture_bytes(name), currency=currency)


def test_three_options_make_every_variant_of_the_file(given: Callable[..., Given]) -> None:
    found = given("three-options.csv")
    (mug,) = found.products
    assert found.problems == []
    assert mug.options == ["Glaze", "Size", "Handle"]
    assert len(mug.variants) == 8
    assert mug.variants[0].values == ("Ash", "250 ml", "Left")
    assert (mug.variants[0].price_minor, mug.variants[0].compare_minor) == (12800, 14800)
    assert [v.on_hand for v in mug.variants] == [4, 2, 3, 4, 5, 6, 7, 8]
    assert [p.src.rsplit("/")[-1] for p in mug.photos] == [
        "mug-ash.jpg", "mug-blush.jpg", "mug-hand.jpg",
    ]  # fmt: skip
    assert mug.fields["tags"] == ["mug", "stoneware", "马克杯"]
    assert mug.extra == {"SEO Title": "A mug, dipped"}
    assert mug.variants[0].extra["Variant Barcode"] == "4006381333931"


def test_a_body_of_many_lines_stays_one_product(given: Callable[..., Given]) -> None:
    found = given("multi-line-html.csv")
    assert [p.handle for p in found.products] == ["moon-jar", "月亮罐"]
    body = str(found.products[0].fields["description"])
    assert body.startswith("<h2>Moon jar</h2>\n<p>Two bowls")
    assert "<strong>little</strong>" in body
    assert body.count("<li>") == 2
    assert found.products[1].variants[0].price_minor == 108000
    assert found.products[1].fields["tags"] == ["白瓷", "手作"]


@pytest.mark.parametrize("name", ["bom.csv", "crlf.csv"])
def test_a_mark_or_windows_lines_change_nothing(given: Callable[..., Given], name: str) -> None:
    plain, other = given("multi-line-html.csv"), given(name)
    assert other.problems == []
    assert [p.fields for p in other.products] == [p.fields for p in plain.products]
    assert [p.variants for p in other.products] == [p.variants for p in plain.products]


def test_semicolons_come_with_a_decimal_comma(given: Callable[..., Given]) -> None:
    found = given("semicolons.csv", "EUR")
    assert found.problems == []
    assert found.delimiter == ";"
    assert found.products[1].title == "Teelicht; vier Stück"
    prices = [v.price_minor for p in found.products for v in p.variants]
    assert prices == [4990, 114900, 980]


def test_a_chinese_encoding_is_read(given: Callable[..., Given]) -> None:
    found = given("gb18030.csv")
    assert found.encoding == "GB 18030"
    assert found.products[0].title == "青瓷盖碗套装"


def test_missing_columns_are_named(given: Callable[..., Given]) -> None:
    found = given("missing-columns.csv")
    assert found.products == []
    assert problems_of(found) == [
        (1, "Title", "missing-column"),
        (1, "Variant Price", "missing-column"),
    ]
    assert place(found.problems[0]) == "Row 1, Title"


def test_each_bad_cell_is_told_by_row_and_column(given: Callable[..., Given]) -> None:
    assert problems_of(given("bad-cells.csv")) == [
        (2, "Variant Price", "bad-price"),
        (3, "Variant Price", "bad-price"),
        (3, "Variant Inventory Qty", "bad-number"),
        (3, "Variant SKU", "double-sku"),
        (4, "Variant Price", "bad-price"),
        (4, "Variant Inventory Policy", "bad-policy"),
        (4, "Option1 Value", "double-variant"),
        (5, "Handle", "empty"),
        (6, "Title", "empty"),
        (6, "Status", "bad-status"),
        (6, "Published", "bad-flag"),
        (6, "Variant Price", "empty"),
    ]


def test_every_problem_has_a_sentence(given: Callable[..., Given]) -> None:
    for problem in [*given("bad-cells.csv").problems, *given("duplicate-sku.csv").remarks]:
        assert sentence(problem)
        assert "%(" not in sentence(problem)


def test_a_sku_twice_in_one_product_is_a_mistake_and_in_two_a_remark(
    given: Callable[..., Given],
) -> None:
    found = given("duplicate-sku.csv")
    assert problems_of(found) == [(3, "Variant SKU", "double-sku")]
    assert [(r.code, r.value) for r in found.remarks] == [("shared-sku", "CUP-1")]


def test_hostile_html_loses_its_teeth(given: Callable[..., Given]) -> None:
    found = given("hostile-html.csv")
    html = str(found.products[0].fields["description"])
    for tooth in ("script", "onerror", "onclick", "javascript:", "iframe", "<svg", "style", "form"):
        assert tooth not in html
    assert '<a href="https://example.com/a?b=1&amp;c=2" rel="nofollow ugc noopener">there' in html


def test_prices_follow_the_currency() -> None:
    def price(text: str, currency: str) -> list[int]:
        file = f'Handle,Title,Variant Price\na,A,"{text}"\n'.encode()
        given = parse(file, currency=currency)
        return [v.price_minor for p in given.products for v in p.variants if not given.problems]

    assert price("1,158.00", "CNY") == [115800]
    assert price("12", "JPY") == [12]
    assert price("12.5", "JPY") == []
    assert price("1.234", "KWD") == [1234]
    assert price("9,99", "CNY") == []
    assert price("free", "CNY") == []
    assert price("1e3", "CNY") == []
    assert price("➊", "CNY") == []


def test_a_broken_file_is_refused_with_a_word() -> None:
    def codes(content: bytes) -> list[str]:
        return [p.code for p in parse(content, currency="CNY").problems]

    assert codes(b"") == ["file-empty"]
    assert codes(b"\x89PNG\r\n\x1a\n\0\0\0\0") == ["not-text"]
    assert codes(b"Handle,Title,Variant Price\n") == ["no-products"]
    assert codes(b'Handle,Title,Variant Price\na,"A,1\n') == ["broken-quotes"]
    assert codes(b"Handle,Title,Variant Price,Title\na,A,1,B\n") == ["double-column"]
    many = "".join(f"h{n},T,1\n" for n in range(5001))
    assert codes(f"Handle,Title,Variant Price\n{many}".encode()) == ["too-many-products"]


def test_stock_is_counted_when_the_file_counts_it() -> None:
    def stock(tracker: str, pieces: str, policy: str) -> tuple[bool | None, int | None]:
        head = "Handle,Title,Variant Price,Variant Inventory Tracker,Variant Inventory Qty"
        file = f"{head},Variant Inventory Policy\na,A,1,{tracker},{pieces},{policy}\n"
        variant = parse(file.encode(), currency="CNY").products[0].variants[0]
        return variant.is_tracked, variant.on_hand

    assert stock("shopify", "0", "deny") == (True, 0)
    assert stock("", "4", "deny") == (True, 4)
    assert stock("", "", "deny") == (False, 0)
    assert stock("shopify", "4", "continue") == (False, 4)
    assert stock("shopify", "-2", "deny") == (True, 0)


def test_the_newer_column_names_are_understood() -> None:
    file = b"URL handle,Title,Description,Price,Compare-at price,SKU\nbowl,Bowl,<p>x</p>,12,14,B1\n"
    given = parse(file, currency="CNY")
    assert given.problems == []
    variant = given.products[0].variants[0]
    assert (variant.price_minor, variant.compare_minor, variant.sku) == (1200, 1400, "B1")
