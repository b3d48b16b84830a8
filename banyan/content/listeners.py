from __future__ import annotations

from functools import partial

from django.db import transaction
from django.db.models import Count, F

from banyan.core.events import on
from banyan.people.events import PersonErased

from . import rules
from .actions.post import count_moved
from .events import PostPublished
from .models import Comment, Follow, Post
from .queries.front import begin_anew


@on(PostPublished)
def show_it_at_once(event: PostPublished) -> None:
    if event.community_id is not None:
        transaction.on_commit(partial(begin_anew, event.community_id))


@on(PersonErased)
def leave_empty_places(event: PersonErased) -> None:
    """A person's words go with the account; the answers of others keep their thread.

    The words themselves are blanked by each table's own answer (core.privacy).
    """
    comments = Comment.objects.filter(author__person=event.object_id)
    shown = comments.filter(state=rules.PUBLISHED).values("post_id").annotate(number=Count("pk"))
    for row in list(shown):
        count_moved(row["post_id"], comments=-row["number"])
    gone = {"state": rules.ERASED, "version": F("version") + 1}
    comments.update(**gone)
    Follow.objects.filter(followed__person=event.object_id).delete()
    Post.objects.filter(author__person=event.object_id).update(cover=None, lead=None, **gone)
