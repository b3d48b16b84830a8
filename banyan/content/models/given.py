"""What members do with what others wrote: feel, keep, follow."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.core.models import Scoped
from banyan.core.privacy import Privacy

from .. import rules
from .written import Comment, Post, Topic


class Like(Scoped):
    """What one member feels about one post or one comment: one row, of one kind."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(
        max_length=10, choices=rules.REACTIONS, default=rules.LIKE, db_default=rules.LIKE
    )
    liked_at = models.DateTimeField()

    privacy_name = _("What you liked")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "post_id", "comment_id", "kind", "liked_at"),
        on_erase="keep",
        keeps="with the nameless tombstone, so that counts stay true",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "post"], name="like_post_once"),
            models.UniqueConstraint(fields=["member", "comment"], name="like_comment_once"),
            models.CheckConstraint(
                condition=Q(post=None, comment__isnull=False) | Q(post__isnull=False, comment=None),
                name="like_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["member", "-id"], name="like_latest")]

    def __str__(self) -> str:
        return f"{self.member_id} likes {self.post_id or self.comment_id}"


class Saved(Scoped):
    """A post that one member keeps for later. Nobody else sees it."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    saved_at = models.DateTimeField()

    privacy_name = _("What you saved")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "post_id", "saved_at"),
        on_erase="delete",
        keeps="until you take it out",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "post"], name="saved_once")]
        indexes = [models.Index(fields=["member", "-id"], name="saved_latest")]

    def __str__(self) -> str:
        return f"{self.member_id} keeps {self.post_id}"


class Follow(Scoped):
    """One member follows a person of the community, a topic, a #word or a thread."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    followed = models.ForeignKey(Member, null=True, on_delete=models.CASCADE, related_name="+")
    topic = models.ForeignKey(Topic, null=True, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="+")
    tag = models.CharField(max_length=rules.TAG_LENGTH, null=True)
    followed_at = models.DateTimeField()

    privacy_name = _("Whom and what you follow")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "followed_id", "topic_id", "post_id", "tag", "followed_at"),
        on_erase="delete",
        keeps="until you stop following",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "followed"], name="follow_person_once"),
            models.UniqueConstraint(fields=["member", "topic"], name="follow_topic_once"),
            models.UniqueConstraint(fields=["member", "post"], name="follow_thread_once"),
            models.UniqueConstraint(fields=["member", "tag"], name="follow_tag_once"),
            models.CheckConstraint(
                condition=Q(followed__isnull=False, topic=None, post=None, tag=None)
                | Q(followed=None, topic__isnull=False, post=None, tag=None)
                | Q(followed=None, topic=None, post__isnull=False, tag=None)
                | Q(followed=None, topic=None, post=None, tag__isnull=False),
                name="follow_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["community", "tag"], name="follow_tag")]

    def __str__(self) -> str:
        return f"{self.member_id} follows {self.kind}"

    @property
    def kind(self) -> str:
        if self.followed_id:
            return rules.PERSON
        if self.topic_id:
            return rules.TOPIC
        return rules.THREAD if self.post_id else rules.TAG
