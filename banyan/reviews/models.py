from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banyan.catalog.models import Product
from banyan.communities.models import Community, Member
from banyan.core.models import Picture, Scoped
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful
from banyan.orders.models import OrderLine

from . import rules


class Review(Scoped, Stateful):
    """What one member who bought a product says about it: one row for each product, mended later.

    `line` is what they bought. `is_staff`: written by somebody who runs the place; marked, and its
    stars are not counted. The shop's answer stands in the same row.
    """

    MOVES = rules.MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+")
    stars = models.PositiveSmallIntegerField()
    body = models.TextField(blank=True, max_length=rules.WORDS_LENGTH)
    lang = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=10, choices=rules.STATES, default=rules.PUBLISHED)
    is_staff = models.BooleanField(default=False)
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    helpful_count = models.PositiveIntegerField(default=0)
    cover = models.ForeignKey(
        Picture, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="its first photo: what stands below the product",
    )  # fmt: skip
    answer = models.TextField(blank=True, max_length=rules.ANSWER_LENGTH)
    answer_lang = models.CharField(max_length=12, blank=True)
    answered_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    privacy_name = _("Your reviews")
    privacy = Privacy(
        person="author__person",
        exports=("community_id", "product_id", "stars", "body", "lang", "state", "written_at",
                 "edited_at", "helpful_count", "answer", "answered_at"),
        on_erase="blank",
        blanks=("body",),
        keeps="stars without a name or words, so that the mean of a product stays true",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "author"], name="review_once"),
            models.CheckConstraint(
                condition=Q(stars__gte=1) & Q(stars__lte=5), name="review_has_one_to_five_stars"
            ),
        ]
        indexes = [
            models.Index(
                fields=["product", "state", "-helpful_count", "-id"], name="reviews_by_help"
            ),
            models.Index(fields=["product", "state", "-id"], name="reviews_newest"),
            models.Index(fields=["community", "-id"], name="reviews_here"),
        ]

    def __str__(self) -> str:
        return f"{self.stars} stars for {self.product_id}"

    @property
    def is_published(self) -> bool:
        return self.state == rules.PUBLISHED

    @property
    def was_sent_back(self) -> bool:
        """All that they bought went back to the shop."""
        return self.line.left == 0


class ReviewPhoto(Scoped):
    """A photo of a review, at its place."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="photos")
    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    privacy_name = _("Photos in your reviews")
    privacy = Privacy(
        person="review__author__person",
        exports=("review_id", "picture_id", "position"),
        on_erase="delete",
        keeps="while its review shows it",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "picture"], name="review_photo_once"),
        ]
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.picture_id}"


class Helpful(Scoped):
    """One member found one review of another helpful."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField()

    privacy_name = _("Reviews you found helpful")
    privacy = Privacy(
        person="member__person",
        exports=("review_id", "found_at"),
        on_erase="keep",
        keeps="with the nameless member, so that counts stay true",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "member"], name="helpful_once"),
        ]
        indexes = [models.Index(fields=["member", "-id"], name="helpful_of_member")]

    def __str__(self) -> str:
        return f"{self.member_id} was helped by {self.review_id}"
