"""What content shows on others' pages, and what of it moderators can judge."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.communities.places import url
from banyan.communities.scopes import sections_from
from banyan.core.slots import fills
from banyan.core.ui import nav
from banyan.culture import asking, things
from banyan.moderation.objects import Kind, register

from . import rules
from .actions import post as posts
from .actions.moderate import mover
from .models import Comment, Post, Topic
from .queries import feed, thread
from .queries.moderated import readers
from .views.feed import feed_part

for model, key, label, born, listed in (
    (Post, "post", _("Post"), "PostPublished", True),
    (Comment, "comment", _("Comment"), "Commented", False),
):
    things.register(things.Kind(key, find=readers(model)["find"], load=readers(model)["load"]))
    register(
        Kind(
            key=key,
            label=label,
            born=born,
            listed=listed,
            hide=mover(model, rules.HIDDEN),
            restore=mover(model, rules.PUBLISHED),
            remove=mover(model, rules.REMOVED),
            revive=mover(model, rules.PUBLISHED, rules.REMOVED),
            **readers(model),
        )
    )


sections_from(
    lambda community: [
        (topic.pk, topic.here_name)
        for topic in Topic.objects.of(community).filter(archived_at=None).order_by("position", "pk")
    ]
)


@things.opens_posts
def open_post(*, author: Any, title: str, body: str, now: datetime) -> things.Opened:
    """The post of a ritual whose time has come."""
    made = posts.publish(author=author, now=now, title=title, body=body)
    return things.Opened(made.pk, made.oid)


# Before members write here, a charter that they have not accepted is shown.
asking.writes("post-new", "post-edit", "comment-new", "comment-edit")


@fills("communities.home.main", order=50)
def community_feed(request: Any, **context: Any) -> str:
    return feed_part(request)


@fills("catalog.product.below", order=30)
def what_members_say(request: Any, *, product: Any, **context: Any) -> str:
    """The latest posts that tag the product."""
    member = getattr(request, "member", None)
    members = [member] if member is not None and member.is_in else []
    rows = thread.about(product, members)
    if not rows and not members:
        return ""
    shown = {
        "cards": feed.card_list(rows),
        "product": product,
        "community": request.community,
        "can_write": bool(members),
    }
    return render_to_string("content/voices.html", shown, request)


@fills("studio.content.acts")
def topics_link(request: Any, *, community: Any, **context: Any) -> str:
    if not request.member.may("content.edit"):
        return ""
    return render_to_string("content/topics_link.html", {"community": community}, request)


def _new_post(request: Any) -> str | None:
    community = getattr(request, "community", None)
    return url(community, "post-new") if community is not None else None


nav.place(
    "me", "saved", label=pgettext_lazy("posts to come back to", "Saved"), icon="bookmark", order=20,
    url=lambda r: reverse("me-saved"),
)  # fmt: skip
nav.place(
    "me", "following", label=_("Following"), icon="bell", order=30,
    url=lambda r: reverse("me-following"),
)  # fmt: skip
nav.place("studio_new", "post", label=_("Post"), icon="pencil", order=20, url=_new_post)
