from __future__ import annotations

from django.db.models import Count, F

from banyan.core.events import on
from banyan.people.events import PersonErased

from . import rules
from .actions.post import count_moved
from .models import Comment, Follow, Post


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
