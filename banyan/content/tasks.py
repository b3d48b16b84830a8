from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from banyan.core.jobs import every
from banyan.core.pictures import drop_picture

from . import rules
from .models import Comment, Post, PostPhoto, PostProduct

KEPT_DAYS = 30
AT_ONCE = 200


@every(seconds=6 * 3600)
def clear_deleted() -> int:
    """What its author deleted is gone for good after 30 days: words, photos and tags."""
    return clear_deleted_before(timezone.now() - timedelta(days=KEPT_DAYS))


@transaction.atomic
def clear_deleted_before(moment: datetime) -> int:
    """Blank the words and drop the photos of posts and comments deleted before `moment`."""
    old = {"state": rules.DELETED, "deleted_at__lt": moment}
    posts = list(Post.objects.filter(**old).exclude(body="", title="", cover=None)[:AT_ONCE])
    for post in posts:
        pictures = [row.picture for row in post.photos.select_related("picture")]
        PostPhoto.objects.filter(post=post).delete()
        PostProduct.objects.filter(post=post).delete()
        Post.objects.filter(pk=post.pk, **old).update(title="", body="", cover=None, lead=None)
        for picture in pictures:
            transaction.on_commit(lambda gone=picture: drop_picture(gone))
    return len(posts) + Comment.objects.filter(**old).exclude(body="").update(body="")
