from __future__ import annotations

from typing import Any
from zlib import crc32

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language

from banyan.communities.models import Community
from banyan.core.models import Picture, Scoped, ScopedQuerySet
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful
from banyan.people.models import Person
from banyan.sellers.models import Book
from banyan.sellers.queries import currency_of

from . import rules


class ProductQuerySet(ScopedQuerySet):
    def on_shelf(self) -> ProductQuerySet:
        """What members see."""
        return self.filter(state=rules.PUBLISHED)

    def with_currency(self) -> ProductQuerySet:
        """Prices need the currency of the community's book: read it with the rows."""
        book = Book.objects.filter(community_id=OuterRef("community_id")).values("currency")[:1]
        return self.annotate(book_currency=Subquery(book))


class Product(Scoped, Stateful):
    """Something a community sells, in one or more variants."""

    MOVES = rules.PRODUCT_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=110)
    handle = models.CharField(max_length=255, help_text="its key in imported and exported files")
    title = models.CharField(max_length=200)
    line = models.CharField(max_length=300, blank=True, help_text="one sentence")
    description = models.TextField(blank=True, help_text="HTML, cleaned when it is written")
    description_source = models.TextField(blank=True, help_text="the Markdown it was written in")
    lang = models.CharField(max_length=12, default="en")
    second_title = models.CharField(max_length=200, blank=True)
    second_line = models.CharField(max_length=300, blank=True)
    second_description = models.TextField(blank=True)
    second_description_source = models.TextField(blank=True)
    second_lang = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=9, choices=rules.STATES, default=rules.DRAFT)
    category = models.CharField(max_length=120, blank=True)
    tags = models.JSONField(default=list)
    tag_text = models.TextField(blank=True, help_text="|tag|tag|, for filtering")
    vendor = models.CharField(max_length=120, blank=True, help_text="who made it")
    options = models.JSONField(default=list, help_text="names of up to three options")
    needs_shipping = models.BooleanField(default=True)
    ship_within_days = models.PositiveSmallIntegerField(null=True, blank=True)
    cover = models.ForeignKey(
        Picture, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="the first photo's picture, so that lists need no second look",
    )  # fmt: skip
    price_from_minor = models.BigIntegerField(default=0, help_text="of the cheapest variant")
    sold_count = models.PositiveIntegerField(default=0)
    stars = models.JSONField(
        default=list, help_text="how many reviews with one to five stars; empty without any"
    )
    staff_reviews = models.PositiveIntegerField(default=0, help_text="not among `stars`")
    hidden_reviews = models.PositiveIntegerField(default=0, help_text="by moderators")
    extra = models.JSONField(default=dict, help_text="columns of an imported file we only keep")
    version = models.PositiveIntegerField(default=1, help_text="rises with every change of looks")
    search = models.TextField(blank=True, help_text="title, line and tags cut into words")
    search_version = models.PositiveIntegerField(default=0, help_text="version `search` is of")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = ProductQuerySet.as_manager()

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="while the shop stands")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "slug"], name="product_slug_once"),
            models.UniqueConstraint(fields=["community", "handle"], name="product_handle_once"),
        ]
        indexes = [
            # With the key at the end both databases read a page in order, from either side.
            models.Index(fields=["community", "state", "published_at", "id"], name="product_new"),
            models.Index(
                fields=["community", "state", "price_from_minor", "id"], name="product_cheap"
            ),
            models.Index(fields=["community", "state", "sold_count", "id"], name="product_popular"),
            models.Index(fields=["community", "state", "category"], name="product_category"),
        ]

    def __str__(self) -> str:
        return self.title

    @cached_property
    def currency(self) -> str:
        """The currency of the community's book; read with the row by `with_currency()`."""
        read = getattr(self, "book_currency", None)
        if read:
            return str(read)
        return currency_of(self.community_id)

    def said(self, field: str, language: str | None = None) -> str:
        """`title`, `line` or `description` in the reader's language when it was written so."""
        return str(getattr(self, self._column(field, language)))

    def _column(self, field: str, language: str | None) -> str:
        language = (language or get_language() or "en").lower()
        second = f"second_{field}"
        if (
            getattr(self, second)
            and self.second_lang[:2].lower() == language[:2] != self.lang[:2].lower()
        ):
            return second
        return field

    def lang_said(self, field: str, language: str | None = None) -> str:
        """The language `said(field)` is in, for its lang attribute."""
        second = self._column(field, language).startswith("second_")
        return self.second_lang if second else self.lang

    @property
    def here_title(self) -> str:
        return self.said("title")

    @property
    def here_line(self) -> str:
        return self.said("line")

    @property
    def here_lang(self) -> str:
        return self.lang_said("title")

    @property
    def is_published(self) -> bool:
        return self.state == rules.PUBLISHED

    @property
    def rating(self) -> rules.Rating:
        return rules.Rating(tuple(self.stars or (0,) * 5))

    @property
    def initial(self) -> str:
        return self.here_title[:1].upper()

    @property
    def hue(self) -> int:
        """0 to 23: the tint of its leaf where a photo is missing, also in orders."""
        return crc32(self.slug.encode()) % 24


class VariantQuerySet(ScopedQuerySet):
    def for_sale(self) -> VariantQuerySet:
        return self.filter(retired_at=None)


class Variant(Scoped):
    """One thing with a price and a stock. `on_hand` counts the reserved pieces too."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    position = models.PositiveSmallIntegerField(default=0)
    sku = models.CharField(max_length=120, blank=True)
    option1 = models.CharField(max_length=120, blank=True)
    option2 = models.CharField(max_length=120, blank=True)
    option3 = models.CharField(max_length=120, blank=True)
    price_minor = models.BigIntegerField()
    compare_minor = models.BigIntegerField(null=True, blank=True, help_text="price before")
    is_tracked = models.BooleanField(default=True, help_text="its pieces are counted")
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    weight_grams = models.PositiveIntegerField(default=0)
    picture = models.ForeignKey(
        Picture, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    extra = models.JSONField(default=dict, help_text="columns of an imported file we only keep")
    retired_at = models.DateTimeField(null=True, blank=True, help_text="no longer for sale")

    objects = VariantQuerySet.as_manager()

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="with its product")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(price_minor__gte=0), name="variant_price"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="variant_on_hand"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="variant_reserved"),
            models.CheckConstraint(
                condition=Q(is_tracked=False) | Q(reserved__lte=F("on_hand")),
                name="variant_never_oversold",
            ),
            models.UniqueConstraint(
                fields=["product", "option1", "option2", "option3"],
                condition=Q(retired_at=None), name="variant_options_once",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["product", "position"], name="variant_of_product"),
            models.Index(fields=["community", "sku"], name="variant_sku"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.label or 'the only one'}"

    @property
    def values(self) -> list[str]:
        return [self.option1, self.option2, self.option3]

    @property
    def label(self) -> str:
        """ "Ash / Large"; "" for a product's only variant."""
        return " / ".join(v for v in self.values if v)

    @property
    def left(self) -> int | None:
        """Pieces that can still be bought; None when they are not counted."""
        return self.on_hand - self.reserved if self.is_tracked else None

    @property
    def is_in_stock(self) -> bool:
        return self.left is None or self.left > 0


class ProductPhoto(Scoped):
    """A place in a product's gallery; its picture may still be on its way."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="photos")
    picture = models.ForeignKey(
        Picture, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    position = models.PositiveSmallIntegerField(default=0)
    alt = models.CharField(max_length=300, blank=True)
    source_url = models.CharField(max_length=1000, blank=True, help_text="where it came from")
    state = models.CharField(max_length=7, choices=rules.PHOTO_STATES, default=rules.READY)
    fault = models.CharField(max_length=20, blank=True, help_text="why it failed, a word of ours")
    tried_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="with its product")

    class Meta:
        indexes = [
            models.Index(fields=["product", "position"], name="photo_of_product"),
            models.Index(fields=["community", "state"], name="photo_state"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}/{self.position}"


class StockChange(Scoped):
    """Who changed a stock by hand or import, when and why. Sales are the orders' own record."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    step = models.IntegerField(help_text="pieces added, or taken away when negative")
    on_hand = models.IntegerField(help_text="after the change")
    why = models.CharField(max_length=8, choices=rules.WHYS, default=rules.COUNTED)
    note = models.CharField(max_length=200, blank=True)
    lang = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField()

    privacy = Privacy(
        person="by", exports=("step", "why", "note", "at"), on_erase="blank", blanks=("note",),
        keeps="with the variant; who it was is cut on erasure",
    )  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["variant", "-at"], name="stock_change_of")]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.step:+d}"


class Facet(models.Model):
    """How many published products wear a category or a tag: counted by a job, read by the shop."""

    CATEGORY, TAG = "category", "tag"

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8)
    word = models.CharField(max_length=120)
    count = models.PositiveIntegerField()

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="until counted again")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "kind", "word"], name="facet_once")
        ]

    def __str__(self) -> str:
        return f"{self.word} ({self.count})"


class ImportRun(Scoped, Stateful):
    """One file brought in: read and shown first, applied when somebody says so."""

    READING, SHOWN, APPLYING, DONE, FAILED = "reading", "shown", "applying", "done", "failed"
    MOVES = {
        READING: (SHOWN, FAILED),
        SHOWN: (APPLYING, READING),
        APPLYING: (DONE, SHOWN, FAILED),
    }

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=8, default=READING)
    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=300, blank=True, help_text="in the private storage")
    zip_path = models.CharField(max_length=300, blank=True)
    is_publishing = models.BooleanField(default=False)
    report = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(
        person="by", exports=("file_name", "created_at", "applied_at"), on_erase="keep",
        keeps="30 days, the file with it; who it was is cut on erasure",
    )  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["community", "-created_at"], name="import_run_newest")]

    def __str__(self) -> str:
        return self.file_name


__all__: list[Any] = [
    "Facet", "ImportRun", "Product", "ProductPhoto", "StockChange", "Variant",
]  # fmt: skip
