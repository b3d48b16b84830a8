"""Answers, likes, membership, orders, verdicts; and forgetting what is gone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse

from banyan.communities import queries as members
from banyan.communities.events import MemberApplied, MemberJoined, MemberRefused
from banyan.communities.models import Member
from banyan.communities.places import url
from banyan.communities.rules import APPLIED, JOINED, REFUSED
from banyan.content import rules as content
from banyan.content.events import CommentDeleted, Commented, Liked, PostDeleted, Unliked
from banyan.content.models import Comment, Post
from banyan.core.events import after, on
from banyan.core.notices import Telling, kept_by, tell
from banyan.moderation import rules as verdicts
from banyan.moderation.events import Decided
from banyan.moderation.models import Decision, Report
from banyan.moderation.standing import queries as decisions
from banyan.orders import links
from banyan.orders.events import OrderPaid, OrderShipped
from banyan.orders.models import Order
from banyan.people.events import PersonErased
from banyan.people.models import Person

from ..actions import tell as keeping

kept_by(keeping.tell)


def person_id(pseudonym: UUID | None) -> int | None:
    if pseudonym is None:
        return None
    found = Person.objects.here().filter(pseudonym=pseudonym)
    return found.values_list("pk", flat=True).first()


def staff(community_id: int, right: str) -> list[int]:
    """The persons who have `right`."""
    return [one.person_id for one in members.staff(community_id, right)]


def comment_url(comment: Comment) -> str:
    return f"{url(comment.community, 'post', id=comment.post.public_id)}#comment-{comment.oid}"


@after(Commented)
def tell_whom_it_answers(event: Commented) -> None:
    """The author of the post, and of the comment it answers, once each, while they are in."""
    comment = (
        Comment.objects.select_related("post__author", "community", "author")
        .filter(pk=event.object_id, state=content.PUBLISHED)
        .first()
    )
    if comment is None:
        return
    answered = [comment.post.author]
    if event.comment_id:
        answered += [
            one.author
            for one in Comment.objects.filter(pk=event.comment_id).select_related("author")
        ]
    tell(
        Telling(
            topic="reply",
            key=f"comment:{comment.pk}",
            thing=("comment", comment.pk),
            about=("post", comment.post_id),
            url=comment_url(comment),
            title=comment.post.heading,
            lang=comment.post.lang,
            community_id=comment.community_id,
            actor_id=comment.author.person_id,
            activity_id=event.parent_id,
        ),
        to=[member.person_id for member in answered if member.state == JOINED],
        now=event.now,
    )


@after(Liked)
def tell_who_is_liked(event: Liked) -> None:
    """Once for each who likes it, however often they take it back."""
    author = Member.objects.filter(pk=event.author_id, state=JOINED).first()
    model, joins = (Post, ()) if event.thing_kind == "post" else (Comment, ("post",))
    rows: Any = model.objects.select_related("community", *joins)
    thing = rows.filter(pk=event.object_id, state=content.PUBLISHED).first()
    if author is None or thing is None:
        return
    is_post = isinstance(thing, Post)
    actor_id = person_id(event.actor)
    tell(
        Telling(
            topic="like",
            key=f"like:{event.thing_kind}:{thing.pk}:{actor_id}",
            thing=(event.thing_kind, thing.pk),
            about=(event.thing_kind, thing.pk),
            url=post_url(thing) if is_post else comment_url(thing),
            title=thing.heading if is_post else str(thing),
            lang=thing.lang,
            community_id=thing.community_id,
            actor_id=actor_id,
            activity_id=event.parent_id,
        ),
        to=[author.person_id],
        now=event.now,
    )


def post_url(post: Post) -> str:
    return url(post.community, "post", id=post.public_id)


@after(Unliked)
def take_the_like_back(event: Unliked) -> None:
    actor_id = person_id(event.actor)
    keeping.forget_key(f"like:{event.thing_kind}:{event.object_id}:{actor_id}")


@after(MemberJoined)
@after(MemberRefused)
def tell_who_was_decided_about(event: MemberJoined | MemberRefused) -> None:
    """Whoever came in by themselves knows it already."""
    if event.actor == event.subject:
        return
    member = (
        Member.objects.filter(pk=event.object_id, state__in=[JOINED, REFUSED])
        .select_related("community")
        .first()
    )
    if member is None:
        return
    tell(
        Telling(
            topic="membership",
            key=f"membership:{member.pk}:{event.now.timestamp():.0f}",
            thing=("member", member.pk),
            about=("member", member.pk),
            url=url(member.community, "community"),
            title=member.community.name,
            lang=member.community.lang,
            community_id=member.community_id,
        ),
        to=[member.person_id],
        now=event.now,
    )


@after(MemberApplied)
def tell_those_who_decide(event: MemberApplied) -> None:
    member = (
        Member.objects.filter(pk=event.object_id, state=APPLIED).select_related("community").first()
    )
    if member is None:
        return
    tell(
        Telling(
            topic="application",
            key=f"application:{member.pk}:{event.now.timestamp():.0f}",
            thing=("member", member.pk),
            about=("applications", member.community_id),
            url=url(member.community, "studio-members"),
            title=member.community.name,
            lang=member.community.lang,
            community_id=member.community_id,
            actor_id=member.person_id,
        ),
        to=staff(member.community_id, "members.admit"),
        now=event.now,
    )


@after(OrderPaid)
def tell_those_who_pack(event: OrderPaid) -> None:
    order = Order.objects.select_related("community").get(pk=event.object_id)
    tell(
        Telling(
            topic="order",
            key=f"order-paid:{order.pk}",
            thing=("order", order.pk),
            about=("orders", order.community_id),
            url=url(order.community, "studio-order", no=order.number),
            title=order.number,
            community_id=order.community_id,
        ),
        to=staff(order.community_id, "orders.see"),
        now=event.now,
    )


@after(OrderShipped)
def tell_who_waits_for_it(event: OrderShipped) -> None:
    order = Order.objects.select_related("community").get(pk=event.object_id)
    if order.person_id is None:
        return
    tell(
        Telling(
            topic="shipped",
            key=f"order-shipped:{order.pk}:{event.now.timestamp():.0f}",
            thing=("order", order.pk),
            about=("order", order.pk),
            url=links.path(order),
            title=order.number,
            community_id=order.community_id,
        ),
        to=[order.person_id],
        now=event.now,
    )


@after(Decided)
def tell_reporters_and_the_author(event: Decided) -> None:
    """Who reported hears that it was looked at, whose it is what was decided; nobody by name."""
    decision = Decision.objects.select_related("community").filter(pk=event.object_id).first()
    if decision is None or event.community_id is None:
        return
    reporters = Report.objects.filter(decision=decision, reporter__state=JOINED)
    home = url(decision.community, "community")
    common = {"community_id": event.community_id, "activity_id": event.parent_id}
    tell(
        Telling(
            topic="report",
            key=f"decision:{decision.pk}",
            thing=("decision", decision.pk),
            about=("decision", decision.pk),
            url=home,
            title=decision.community.name,
            lang=decision.community.lang,
            **common,
        ),
        to=list(reporters.values_list("reporter__person", flat=True)),
        now=event.now,
    )
    author = person_id(decision.subject)
    if author is None or event.verdict == verdicts.DISMISS:
        return
    thing = decisions.thing_of(decision)
    tell(
        Telling(
            topic="verdict",
            key=f"verdict:{decision.pk}",
            thing=("decision", decision.pk),
            about=("decision", decision.pk),
            url=reverse("my-decision", kwargs={"id": decision.public_id}),
            title=(thing.title or thing.text) if thing else decision.community.name,
            lang=thing.lang if thing else decision.community.lang,
            **common,
        ),
        to=[author],
        now=event.now,
    )


# What is gone is told of no more


@on(Decided)
def forget_what_is_hidden(event: Decided) -> None:
    if event.verdict in (verdicts.HIDE, verdicts.REMOVE):
        keeping.forget((event.thing_kind, event.thing_id))


@on(PostDeleted)
def forget_a_post(event: PostDeleted) -> None:
    if not event.is_undone:
        keeping.forget(("post", event.object_id))


@on(CommentDeleted)
def forget_a_comment(event: CommentDeleted) -> None:
    if not event.is_undone:
        keeping.forget(("comment", event.object_id))


@on(PersonErased)
def forget_a_person(event: PersonErased) -> None:
    keeping.forget_actor(event.object_id)
