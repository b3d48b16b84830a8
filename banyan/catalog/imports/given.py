"""What a file says, before anything is compared or written. Plain values only."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """A mistake in the file, or a remark: `row` as a spreadsheet counts, `code` in problems.py."""

    code: str
    row: int
    column: str = ""
    value: str = ""


@dataclass
class GivenPhoto:
    row: int
    src: str
    position: int
    alt: str


@dataclass
class GivenVariant:
    """`sku`, `compare_minor`, … are None where the file has no such column."""

    row: int
    values: tuple[str, str, str]
    price_minor: int
    sku: str | None = None
    compare_minor: int | None = None
    has_compare: bool = False
    on_hand: int | None = None
    is_tracked: bool | None = None
    weight_grams: int | None = None
    extra: dict[str, str] = field(default_factory=dict)


@dataclass
class GivenProduct:
    """`fields` has only what the file has columns for."""

    row: int
    handle: str
    fields: dict[str, object]
    wants_published: bool
    is_archived: bool
    options: list[str]
    variants: list[GivenVariant] = field(default_factory=list)
    photos: list[GivenPhoto] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return str(self.fields.get("title", ""))


@dataclass
class Given:
    """A whole file. With `problems` it must not be applied; `remarks` are only said."""

    products: list[GivenProduct] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    row_count: int = 0
    encoding: str = ""
    delimiter: str = ","
    kept_columns: list[str] = field(default_factory=list)
    has_photos: bool = False
    extra_of_product: tuple[str, ...] = ()
    extra_of_variant: tuple[str, ...] = ()
