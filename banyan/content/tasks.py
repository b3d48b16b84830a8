from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from banyan.core.jobs import every, job
from banyan.core.pictures import drop_picture

from . import rules
from .actions import poll, post, preview
from .models import Comment, LinkPreview, Post, PostPhoto, PostProduct, PostTag, Version

KEPT_DAYS = 30
AT_ONCE = 200


@job(attempts=2)
def fetch_preview(*, post_id: int, address: str) -> None:
    """What the first link of a post leads to."""
    preview.fetch(post_id=post_id, url=address, now=timezone.now())


@every(seconds=30)
def publish_scheduled() -> int:
    """Posts whose moment has come are shown."""
    return post.publish_due(now=timezone.now())


@every(seconds=60)
def close_polls() -> int:
    """Polls whose time has come are closed and their authors told."""
    return poll.close_due(now=timezone.now())


@every(seconds=6 * 3600)
def clear_deleted() -> int:
    """What its author deleted is gone for good after 30 days: words, photos and tags."""
    return clear_deleted_before(timezone.now() - timedelta(days=KEPT_DAYS))


@transaction.atomic
def clear_deleted_before(moment: datetime) -> int:
    """Blank the words and drop the photos of posts and comments deleted before `moment`."""
    old = {"state": rules.DELETED, "deleted_at__lt": moment}
    posts = list(Post.objects.filter(**old).exclude(body="", title="", cover=None)[:AT_ONCE])
    Version.objects.filter(
        Q(post__in=Post.objects.filter(**old)) | Q(comment__in=Comment.objects.filter(**old))
    ).delete()
    for one in posts:
        PostTag.objects.filter(post=one).delete()
        for seen in LinkPreview.objects.filter(post=one).select_related("picture"):
            if seen.picture is not None:
                transaction.on_commit(lambda gone=seen.picture: drop_picture(gone))
            seen.delete()
        pictures = [row.picture for row in one.photos.select_related("picture")]
        PostPhoto.objects.filter(post=one).delete()
        PostProduct.objects.filter(post=one).delete()
        Post.objects.filter(pk=one.pk, **old).update(title="", body="", cover=None, lead=None)
        for picture in pictures:
            transaction.on_commit(lambda gone=picture: drop_picture(gone))
    return len(posts) + Comment.objects.filter(**old).exclude(body="").update(body="")
