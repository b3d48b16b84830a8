from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from banyan.catalog.models import Product
from banyan.communities.models import Community, Member
from banyan.core.models import NamedTwice, Picture, Scoped, ScopedQuerySet
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful
from banyan.core.text import plain

from .. import rules


class Topic(NamedTwice, Scoped):
    """A heading of a community's feed, in up to two languages."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=40)
    name = models.CharField(max_length=40)
    lang = models.CharField(max_length=12, blank=True)
    second_name = models.CharField(max_length=40, blank=True)
    second_lang = models.CharField(max_length=12, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    who_posts = models.CharField(max_length=8, choices=rules.WHO_POSTS, default=rules.MEMBERS)
    archived_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="while it lives")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "slug"], name="topic_once"),
        ]

    def __str__(self) -> str:
        return self.here_name

    def takes_from(self, member: Member) -> bool:
        """Whether this member may post here now."""
        if self.archived_at is not None:
            return False
        return self.who_posts == rules.MEMBERS or member.may("studio.see")


class WrittenQuerySet(ScopedQuerySet):
    def published(self) -> WrittenQuerySet:
        return self.filter(state=rules.PUBLISHED)


class Written(Scoped, Stateful):
    """What a post and a comment have in common."""

    MOVES = rules.MOVES

    body = models.TextField(blank=True, help_text="Markdown")
    lang = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=10, choices=rules.STATES, default=rules.PUBLISHED)
    published_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_from = models.CharField(
        max_length=10, choices=rules.STATES, blank=True, help_text="the state it goes back to"
    )
    version = models.PositiveIntegerField(default=1, help_text="rises with every change of looks")
    like_count = models.PositiveIntegerField(default=0, help_text="reactions of every kind")
    mentions = models.JSONField(default=list, help_text="[[words after the @, oid of the member]]")

    objects = WrittenQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_published(self) -> bool:
        return self.state == rules.PUBLISHED


class Post(Written):
    """Something a member shows or says. `cover` and `lead` are its first photo and product."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=rules.KINDS, default=rules.POST)
    title = models.CharField(max_length=rules.TITLE_LENGTH, blank=True)
    topic = models.ForeignKey(
        Topic, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    cover = models.ForeignKey(
        Picture, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lead = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    comment_count = models.PositiveIntegerField(default=0)
    publish_at = models.DateTimeField(
        null=True, blank=True, help_text="when it will be published; empty once it was"
    )
    pinned_at = models.DateTimeField(null=True, blank=True)
    score = models.BigIntegerField(default=0, help_text="rules.heat: its place in the common order")

    privacy_name = _("Your posts")
    privacy = Privacy(
        person="author__person",
        exports=(
            "community_id", "title", "body", "lang", "state", "published_at", "edited_at",
            "deleted_at", "publish_at", "like_count", "comment_count",
        ),
        on_erase="blank",
        blanks=("title", "body", "mentions"),
        keeps="an empty place, so that the answers of others keep their thread",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["community", "state", "-score", "-id"], name="post_warm"),
            models.Index(fields=["community", "state", "-published_at", "-id"], name="post_new"),
            models.Index(
                fields=["community", "topic", "state", "-published_at", "-id"], name="post_topic"
            ),
            models.Index(fields=["state", "-score", "-id"], name="post_everywhere"),
            models.Index(fields=["author", "-published_at"], name="post_author"),
            models.Index(
                fields=["publish_at"], condition=Q(publish_at__isnull=False), name="post_due"
            ),
            models.Index(
                fields=["community"], condition=Q(pinned_at__isnull=False), name="post_pinned"
            ),
        ]

    def __str__(self) -> str:
        return self.heading or self.oid

    @cached_property
    def heading(self) -> str:
        """The title, or the first words."""
        return self.title or plain(self.body, 90)

    @cached_property
    def excerpt(self) -> str:
        """What a card says below the heading."""
        if self.title:
            return plain(self.body, 140) if self.body else ""
        whole = plain(self.body, 320)
        return "" if len(whole) <= 90 else "…" + whole[89:].strip()

    @property
    def is_scheduled(self) -> bool:
        return self.state == rules.SCHEDULED

    @property
    def tone(self) -> str:
        return rules.tone(
            title=self.heading, text=self.excerpt, has_photo=self.cover_id is not None
        )


class PostPhoto(Scoped):
    """A photo of a post, at its place."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="photos")
    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    privacy_name = _("Photos in your posts")
    privacy = Privacy(
        person="post__author__person",
        exports=("post_id", "picture_id", "position"),
        on_erase="delete",
        keeps="while its post shows it",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "picture"], name="post_photo_once"),
        ]
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.picture_id}"


class PostProduct(Scoped):
    """A product that a post tags."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="products")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    privacy_name = _("Products you tagged")
    privacy = Privacy(
        person="post__author__person",
        exports=("post_id", "product_id", "position"),
        on_erase="delete",
        keeps="while its post tags it",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "product"], name="post_product_once"),
        ]
        indexes = [models.Index(fields=["product", "-post"], name="post_product_of")]
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.product_id}"


class Comment(Written):
    """An answer to a post, or to a comment on it. `parent` begins the thread, `answers` is whom
    it speaks to: one level is seen, however deep people answer."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answers = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    privacy_name = _("Your comments")
    privacy = Privacy(
        person="author__person",
        exports=("community_id", "post_id", "body", "lang", "state", "published_at", "edited_at"),
        on_erase="blank",
        blanks=("body", "mentions"),
        keeps="an empty place, so that the answers of others keep their thread",
    )

    class Meta:
        indexes = [
            models.Index("post", Coalesce("parent", "id"), "id", name="comment_order"),
            models.Index(fields=["community", "state", "-published_at"], name="comment_new"),
            models.Index(fields=["author", "-published_at"], name="comment_author"),
        ]

    def __str__(self) -> str:
        return plain(self.body, 60)


class Version(Scoped):
    """How a post or a comment read before it was changed. What it reads now is in its own row."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, null=True, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=rules.TITLE_LENGTH, blank=True)
    body = models.TextField(blank=True)
    lang = models.CharField(max_length=12, blank=True)
    written_at = models.DateTimeField(help_text="since when it read so")
    replaced_at = models.DateTimeField()

    privacy_name = _("Earlier words of yours")
    privacy = Privacy(
        person="author__person",
        exports=("post_id", "comment_id", "title", "body", "lang", "written_at", "replaced_at"),
        on_erase="delete",
        keeps="while what you wrote stands; 30 days after you deleted it",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(post=None, comment__isnull=False) | Q(post__isnull=False, comment=None),
                name="version_of_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["post", "replaced_at"], name="version_post"),
            models.Index(fields=["comment", "replaced_at"], name="version_comment"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id or self.comment_id} until {self.replaced_at}"


class PostTag(Scoped):
    """A #word of a post, in small letters."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="tags")
    tag = models.CharField(max_length=rules.TAG_LENGTH)

    privacy_name = _("#words in your posts")
    privacy = Privacy(
        person="post__author__person",
        exports=("post_id", "tag"),
        on_erase="delete",
        keeps="while its post says it",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "tag"], name="post_tag_once")]
        indexes = [models.Index(fields=["community", "tag", "-post"], name="post_tag_of")]

    def __str__(self) -> str:
        return f"#{self.tag}"
