"""What is heard after it has happened: nobody's post, order or review waits for a quest."""

from __future__ import annotations

from collections.abc import Collection

from django.utils import timezone

from banyan.communities.models import Community, Member
from banyan.communities.places import url
from banyan.content import events as content
from banyan.content.models import Comment, Post
from banyan.core.events import Event, after
from banyan.core.notices import Telling, tell
from banyan.leaves import rules as leaves
from banyan.leaves.events import LeavesGiven, LeavesTakenBack
from banyan.leaves.models import LeafLot
from banyan.moderation.events import Decided
from banyan.orders.events import OrderCompleted, OrderRefunded
from banyan.orders.models import Order
from banyan.reviews import events as reviews
from banyan.reviews.models import Review

from . import rules
from .actions import quests, terms
from .events import GiftTakenBack, HabitsChanged, LevelReached, QuestDone
from .models import Gift, Level

SAID = (rules.WELCOMES, rules.THANKED)


def _is_here(event: Event) -> bool:
    found = Community.objects.filter(pk=event.community_id).values_list("switches", flat=True)
    return any(rules.HERE in switches for switches in found)


def _settle(member_id: int | None, of_acts: Collection[str]) -> None:
    if member_id is not None:
        quests.settle(member_id=member_id, of_acts=of_acts, now=timezone.now())


@after(content.PostPublished)
@after(content.PostDeleted)
@after(content.PostHeld)
def look_at_the_post(event: content.PostEvent) -> None:
    if _is_here(event):
        post = Post.objects.filter(pk=event.object_id).first()
        _settle(post.author_id if post else None, (rules.POSTS,))


@after(content.Commented)
@after(content.CommentDeleted)
@after(content.CommentHeld)
def look_at_the_answer(event: content.CommentEvent) -> None:
    if _is_here(event):
        comment = Comment.objects.filter(pk=event.object_id).first()
        _settle(comment.author_id if comment else None, SAID)


@after(reviews.ReviewWritten)
@after(reviews.ReviewDeleted)
def look_at_the_review(event: reviews.ReviewEvent) -> None:
    if _is_here(event):
        review = Review.objects.filter(pk=event.object_id).first()
        _settle(review.author_id if review else None, (rules.REVIEWS,))


@after(Decided)
def look_at_what_was_decided(event: Decided) -> None:
    """What moderation hides or removes is no longer an act; what it brings back is one again."""
    models = {"post": (Post, (rules.POSTS,)), "comment": (Comment, SAID),
              "review": (Review, (rules.REVIEWS,))}  # fmt: skip
    if event.thing_kind in models and _is_here(event):
        model, of_acts = models[event.thing_kind]
        found = model.objects.filter(pk=event.thing_id).first()  # type: ignore[attr-defined]
        _settle(found.author_id if found else None, of_acts)


@after(LeavesGiven)
@after(LeavesTakenBack)
def look_at_who_was_thanked(event: LeavesGiven | LeavesTakenBack) -> None:
    lot = LeafLot.objects.filter(pk=event.object_id, why=leaves.THANKS).first()
    if lot is not None and _is_here(event):
        _settle(lot.member_id, (rules.THANKED,))


@after(OrderCompleted)
@after(OrderRefunded)
def look_at_the_order(event: OrderCompleted | OrderRefunded) -> None:
    """The quest and the standing of who bought: both rest on what was kept."""
    if not _is_here(event):
        return
    person = Order.objects.filter(pk=event.object_id).values("person_id")
    member = Member.objects.of(event.community_id).filter(person_id__in=person).first()
    _settle(member.pk if member else None, (rules.ORDERS,))


@after(HabitsChanged)
def count_everybody_anew(event: HabitsChanged) -> None:
    if event.community_id is not None and event.what == "standing":
        terms.recount_here(event.community_id, now=timezone.now())


@after(QuestDone)
def tell_who_did_it(event: QuestDone) -> None:
    gift = Gift.objects.select_related("quest", "community", "member__person").get(
        pk=event.object_id
    )
    if gift.quest is not None and gift.is_given:
        _tell(gift.member, gift.community, "quest", f"quest:{gift.pk}", gift.quest.name,
              gift.quest.lang, event)  # fmt: skip


@after(GiftTakenBack)
def tell_what_was_taken(event: GiftTakenBack) -> None:
    gift = Gift.objects.select_related("community", "member__person").get(pk=event.object_id)
    name, lang = gift.community.name, gift.community.lang
    _tell(gift.member, gift.community, "gift-back", f"gift-back:{gift.pk}", name, lang, event)


@after(LevelReached)
def tell_who_reached_it(event: LevelReached) -> None:
    level = Level.objects.select_related("community").filter(pk=event.level_id).first()
    member = Member.objects.select_related("person").get(pk=event.object_id)
    if level is not None:
        key = f"level:{member.pk}:{level.pk}"
        _tell(member, level.community, "level", key, level.name, level.lang, event)


def _tell(
    member: Member, community: Community, topic: str, key: str, title: str, lang: str, event: Event
) -> None:
    if member.person.erased_at is not None:
        return
    tell(
        Telling(
            topic=topic, key=key, thing=(event.object_kind, event.object_id),
            about=("community", community.pk), url=url(community, "habits"), title=title,
            lang=lang, community_id=community.pk,
        ),
        to=[member.person_id], now=event.now,
    )  # fmt: skip
