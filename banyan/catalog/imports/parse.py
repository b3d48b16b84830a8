"""From rows to products: what Shopify's file says, checked cell by cell. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from banyan.core.money import parse_minor

from .. import rules
from ..texts import foreign_html
from . import columns as c
from .given import Given, GivenPhoto, GivenProduct, GivenVariant, Problem
from .read import read

MAX_PRODUCTS = 5000
_TRUE = {"true", "yes", "1", "wahr", "vrai", "是"}
_FALSE = {"false", "no", "0", "falsch", "faux", "否"}
_THOUSANDS = re.compile(r"\D{0,2}\d{1,3}(,\d{3})+(\.\d*)?\Z")
_NO_OPTION = ("title", "default title")
_LIMITS = {c.TITLE: 200, c.VENDOR: 120, c.TYPE: 120, c.HANDLE: 255, c.SKU: 120, c.IMAGE: 1000,
           **dict.fromkeys(c.OPTION_VALUES, 120), **dict.fromkeys(c.OPTION_NAMES, 60)}  # fmt: skip


@dataclass
class _Row:
    """One row with its cells trimmed, noting what is wrong with them."""

    number: int
    cells: dict[str, str]
    given: Given
    currency: str = ""

    def text(self, column: str) -> str:
        value = self.cells.get(column, "").strip()
        if len(value) > _LIMITS.get(column, len(value)):
            self.wrong("too-long", column, value[:40])
            return value[: _LIMITS[column]]
        return value

    def has(self, column: str) -> bool:
        return column in self.cells

    def wrong(self, code: str, column: str, value: str = "") -> None:
        self.given.problems.append(Problem(code, self.number, column, value[:80]))

    def remark(self, code: str, column: str, value: str = "") -> None:
        self.given.remarks.append(Problem(code, self.number, column, value[:80]))

    def money(self, column: str) -> int | None:
        value = self.text(column)
        if not value:
            return None
        try:
            return parse_minor(_with_point(value, self.given.delimiter), self.currency)
        except ValueError:
            self.wrong("bad-price", column, value)
            return 0

    def flag(self, column: str) -> bool | None:
        value = self.text(column).casefold()
        if value in _TRUE:
            return True
        if value in _FALSE:
            return False
        if value:
            self.wrong("bad-flag", column, value)
        return None

    def whole(self, column: str) -> int | None:
        value = self.text(column)
        if not value:
            return None
        try:
            number = float(value) if "." in value else int(value)
            if number != int(number) or abs(number) > rules.MOST_STOCK * 1000:
                raise ValueError
        except (ValueError, OverflowError):
            self.wrong("bad-number", column, value)
            return 0
        return int(number)


def _with_point(amount: str, delimiter: str) -> str:
    """An amount with a decimal point. Files with semicolons come from where it is a comma."""
    if "," not in amount or _THOUSANDS.match(amount):
        return amount
    if delimiter == ";":
        return amount.replace(".", "").replace(",", ".")
    raise ValueError("a comma that parts no thousands")


@dataclass
class _Group:
    product: GivenProduct
    option_names: list[str]
    seen_values: set[tuple[str, ...]] = field(default_factory=set)
    seen_skus: set[str] = field(default_factory=set)
    seen_srcs: set[str] = field(default_factory=set)


def parse(content: bytes, *, currency: str) -> Given:
    """Everything the file says, in prices of `currency`, with every mistake by row and column."""
    table = read(content)
    given = Given(
        problems=table.problems, encoding=table.encoding, delimiter=table.delimiter,
        row_count=len(table.rows), has_photos=c.IMAGE in table.header,
    )  # fmt: skip
    unknown = [n for n in table.header if n and n not in c.UNDERSTOOD]
    given.extra_of_variant = tuple(n for n in unknown if n in c.OF_VARIANT)
    given.extra_of_product = tuple(n for n in unknown if n not in c.OF_VARIANT)
    groups: dict[str, _Group] = {}
    for number, cells in table.rows:
        row = _Row(number, cells, given, currency)
        handle = row.text(c.HANDLE)
        if not handle:
            row.wrong("empty", c.HANDLE)
            continue
        group = groups.get(handle)
        if group is None:
            group = groups[handle] = _begin(row, handle)
        elif row.text(c.TITLE) not in ("", group.product.title):
            row.wrong("two-titles", c.TITLE, row.text(c.TITLE))
        _variant(row, group)
        _photo(row, group)
    for group in groups.values():
        _finish(group, given)
    given.products = [group.product for group in groups.values()]
    if len(given.products) > MAX_PRODUCTS:
        given.problems.append(Problem("too-many-products", 0, value=str(len(given.products))))
    if not given.products and not given.problems:
        given.problems.append(Problem("no-products", 0))
    _shared_skus(given)
    used = {n for p in given.products for n in p.extra}
    used |= {n for p in given.products for v in p.variants for n in v.extra}
    given.kept_columns = [n for n in unknown if n in used]
    given.problems.sort(key=lambda problem: problem.row)
    return given


def _begin(row: _Row, handle: str) -> _Group:
    title = row.text(c.TITLE)
    if not title:
        row.wrong("empty", c.TITLE)
    fields: dict[str, object] = {"title": title}
    if row.has(c.BODY):
        fields["description"] = foreign_html(row.cells[c.BODY])
    if row.has(c.VENDOR):
        fields["vendor"] = row.text(c.VENDOR)
    if row.has(c.TYPE):
        fields["category"] = row.text(c.TYPE)
    if row.has(c.TAGS):
        fields["tags"] = rules.split_tags(row.cells[c.TAGS])
    if row.has(c.SHIPPING):
        shipping = row.flag(c.SHIPPING)
        fields["needs_shipping"] = True if shipping is None else shipping
    status = row.text(c.STATUS).casefold()
    if status not in ("", "active", "draft", "archived"):
        row.wrong("bad-status", c.STATUS, status)
    published = row.flag(c.PUBLISHED)
    names = [row.text(column) for column in c.OPTION_NAMES]
    if (names[0].casefold(), row.text(c.OPTION_VALUES[0]).casefold()) == _NO_OPTION:
        names = ["", "", ""]
    if "" in names and any(names[names.index("") :]):
        row.wrong("option-gap", c.OPTION_NAMES[names.index("")])
    extra = {n: row.cells[n] for n in row.given.extra_of_product if row.cells.get(n, "").strip()}
    product = GivenProduct(
        row=row.number, handle=handle, fields=fields, extra=extra,
        options=[name for name in names if name],
        wants_published=status in ("", "active") and published is not False,
        is_archived=status == "archived",
    )  # fmt: skip
    return _Group(product, names)


def _variant(row: _Row, group: _Group) -> None:
    values = [row.text(column) for column in c.OPTION_VALUES]
    told = [*values, row.text(c.PRICE), row.text(c.SKU), row.text(c.QTY)]
    if not any(told):
        return  # a row for a photo only
    if not group.product.options:
        if values[0].casefold() in ("", "default title") and not any(values[1:]):
            values = ["", "", ""]
        else:
            row.wrong("option-without-name", c.OPTION_NAMES[0], values[0] or values[1])
    for name, value, name_column, column in zip(
        group.option_names, values, c.OPTION_NAMES, c.OPTION_VALUES, strict=True
    ):
        if name and not value:
            row.wrong("empty", column)
        elif value and not name and group.product.options:
            row.wrong("option-without-name", name_column, value)
    price = row.money(c.PRICE)
    if price is None:
        row.wrong("empty", c.PRICE)
    one, two, three = values
    variant = GivenVariant(
        row=row.number, values=(one, two, three), price_minor=price or 0,
        compare_minor=row.money(c.COMPARE), has_compare=row.has(c.COMPARE),
        sku=row.text(c.SKU) if row.has(c.SKU) else None,
        weight_grams=_grams(row),
        extra={n: row.cells[n] for n in row.given.extra_of_variant if row.cells.get(n, "").strip()},
    )  # fmt: skip
    _stock(row, variant)
    if variant.values in group.seen_values:
        row.wrong("double-variant", c.OPTION_VALUES[0], " / ".join(v for v in values if v))
    if variant.sku and variant.sku in group.seen_skus:
        row.wrong("double-sku", c.SKU, variant.sku)
    group.seen_values.add(variant.values)
    group.seen_skus.add(variant.sku or "")
    group.product.variants.append(variant)


def _grams(row: _Row) -> int | None:
    if not row.has(c.GRAMS):
        return None
    value = row.text(c.GRAMS)
    try:
        grams = round(float(value or 0))
        if not 0 <= grams <= 2_000_000_000:
            raise ValueError
    except (ValueError, OverflowError):
        row.wrong("bad-number", c.GRAMS, value)
        return 0
    return grams


def _stock(row: _Row, variant: GivenVariant) -> None:
    """Pieces are counted when the file names a tracker, or a number that must not be oversold."""
    if not row.has(c.QTY) and not row.has(c.TRACKER):
        return
    pieces = row.whole(c.QTY) or 0
    if pieces < 0:
        row.remark("below-zero", c.QTY, str(pieces))
        pieces = 0
    policy = row.text(c.POLICY).casefold()
    if policy not in ("", "deny", "continue", *_TRUE, *_FALSE):
        row.wrong("bad-policy", c.POLICY, policy)
    sells_on = policy == "continue" or policy in _TRUE
    variant.on_hand = pieces
    variant.is_tracked = not sells_on and bool(row.text(c.TRACKER) or pieces > 0)


def _photo(row: _Row, group: _Group) -> None:
    src = row.text(c.IMAGE)
    if not src or src in group.seen_srcs:
        return
    if "://" in src and urlsplit(src).scheme not in ("http", "https"):
        row.remark("bad-address", c.IMAGE, src)
    group.seen_srcs.add(src)
    photos = group.product.photos
    position = row.whole(c.IMAGE_POSITION) or 10_000 + len(photos)
    photos.append(
        GivenPhoto(row.number, src, position, row.cells.get(c.IMAGE_ALT, "").strip()[:300])
    )


def _finish(group: _Group, given: Given) -> None:
    product = group.product
    if not product.variants:
        given.problems.append(Problem("empty", product.row, c.PRICE))
    if len(product.variants) > rules.MOST_VARIANTS:
        given.problems.append(Problem("too-many-variants", product.row, value=product.handle))
    product.photos.sort(key=lambda photo: photo.position)
    if len(product.photos) > rules.MOST_PHOTOS:
        given.remarks.append(Problem("too-many-photos", product.row, c.IMAGE, product.handle))
        del product.photos[rules.MOST_PHOTOS :]
    for rank, photo in enumerate(product.photos, start=1):
        photo.position = rank
    if product.variants and min(v.price_minor for v in product.variants) == 0:
        given.remarks.append(Problem("no-price", product.row, c.PRICE, product.title))
        product.wants_published = False


def _shared_skus(given: Given) -> None:
    rows = {v.sku: v.row for p in given.products for v in p.variants if v.sku}
    homes = Counter(sku for p in given.products for sku in {v.sku for v in p.variants if v.sku})
    for sku, count in homes.items():
        if count > 1:
            given.remarks.append(Problem("shared-sku", rows[sku], c.SKU, sku))
