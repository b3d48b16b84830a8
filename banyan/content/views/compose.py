"""Writing a post and changing it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.catalog.models import Product
from banyan.communities.doors import member_only
from banyan.communities.places import url
from banyan.core.models import Picture
from banyan.core.text import search_words
from banyan.core.ui.toasts import toast

from .. import rules
from ..actions import post as actions
from ..forms import PostForm, QuestionForm
from ..models import Post, Topic
from ..queries import thread
from . import photos as photos_of

FOUND = 8


@member_only
def new(request: Any) -> HttpResponse:
    return _compose(request, None)


@member_only
def edit(request: Any, id: UUID) -> HttpResponse:
    post = thread.own(Post, request.community, id, request.member)
    if post.state == rules.DELETED:
        from django.http import Http404

        raise Http404
    return _compose(request, post)


@member_only
def find_products(request: Any) -> HttpResponse:
    """The products that fit the typed words, those already chosen first."""
    return render(request, "content/product_choices.html", _choices(request, request.GET))


def _compose(request: Any, post: Post | None) -> HttpResponse:
    is_old = post is not None
    topics = list(Topic.objects.of(request.community).order_by("position", "pk"))
    kept_topic = post.topic_id if post else None
    choices = [
        (topic.slug, topic.here_name)
        for topic in topics
        if topic.takes_from(request.member) or topic.pk == kept_topic
    ]
    waits = post is not None and post.is_scheduled
    moments = {"may_wait": post is None or waits, "must_wait": waits}
    if request.method != "POST":
        form = PostForm(initial=_initial(request, post), topics=choices, **moments)
        if post is None and request.GET.get("kind") == rules.POLL:
            form.poll = _blank_question()  # type: ignore[attr-defined]
        kept = [row.picture for row in post.photos.select_related("picture")] if post else []
        given = request.GET.copy()
        if post:
            given.setlist("product", [p.slug for p in thread.products_of(post)])
        return _page(request, form, post, kept, given)

    kept = photos_of.kept(request)
    form = PostForm(request.POST, request.FILES, topics=choices, kept=len(kept), **moments)
    is_valid = form.is_valid()
    poll = None
    if post is None and request.POST.get("kind") == rules.POLL:
        poll = form.poll = QuestionForm(request.POST)  # type: ignore[attr-defined]
        is_valid = poll.is_valid() and is_valid
    photos = kept + photos_of.take(request, form, room=rules.MOST_PHOTOS - len(kept))
    if "find" in request.POST:  # the search button, for those without scripts
        return _page(request, form, post, photos, request.POST, is_asking=True)
    if not is_valid or form.errors:
        return _page(request, form, post, photos, request.POST, status=422)
    said = form.cleaned_data
    fields = {
        "title": said["title"].strip(),
        "body": said["body"].strip(),
        "photos": photos,
        "products": _chosen(request, request.POST),
        "topic": _topic(topics, said.get("topic", "")),
    }
    now, at = timezone.now(), said.get("publish_at")
    try:
        if post is None:
            question = poll.question if poll else None
            post = actions.publish(
                author=request.member, now=now, question=question, at=at, **fields
            )
        else:
            actions.edit(post=post, by=request.member, now=now, **fields)
            if waits and at != post.publish_at:
                actions.reschedule(post=post, by=request.member, at=at, now=now)
    except (actions.NotThatLate, actions.TooManyWaiting) as refusal:
        form.add_error("publish_at", str(refusal.sentence))
        return _page(request, form, post, photos, request.POST, status=422)
    if post.is_scheduled:
        toast(request, _("It waits for its time."))
        return redirect(url(request.community, "scheduled"))
    if post.state == rules.HELD:
        toast(request, _("It waits for a look before others see it."))
    else:
        toast(request, _("Changed.") if is_old else _("Posted."))
    return redirect(url(request.community, "post", id=post.public_id))


def _blank_question() -> QuestionForm:
    closes_at = (timezone.localtime() + timedelta(days=rules.POLL_DAYS)).replace(minute=0)
    return QuestionForm(initial={"closes_at": closes_at, "shows": rules.VOTED})


def _page(
    request: Any,
    form: PostForm,
    post: Post | None,
    photos: list[Picture],
    given: Any,
    *,
    status: int = 200,
    is_asking: bool = False,
) -> HttpResponse:
    context = {
        "form": form,
        "post": post,
        "photos": photos,
        "room": rules.MOST_PHOTOS - len(photos),
        "is_asking": is_asking,
        "poll": getattr(form, "poll", None),
        "zone": timezone.get_current_timezone_name(),
        **_choices(request, given),
    }
    return render(request, "content/compose.html", context, status=status)


def _initial(request: Any, post: Post | None) -> dict[str, Any]:
    if post is None:
        return {"topic": request.GET.get("topic", "")}
    return {
        "title": post.title,
        "body": post.body,
        "topic": post.topic.slug if post.topic else "",
        "publish_at": timezone.localtime(post.publish_at) if post.publish_at else None,
    }


def _topic(topics: list[Topic], slug: str) -> Topic | None:
    return next((topic for topic in topics if topic.slug == slug), None)


def _chosen(request: Any, given: Any) -> list[Product]:
    slugs = given.getlist("product")[: rules.MOST_PRODUCTS]
    found = {
        product.slug: product
        for product in Product.objects.of(request.community)
        .on_shelf()
        .with_currency()
        .filter(slug__in=slugs)
        .select_related("cover")
    }
    return [found[slug] for slug in dict.fromkeys(slugs) if slug in found]


def _choices(request: Any, given: Any) -> dict[str, Any]:
    words = given.get("q", "").strip()[:60]
    shelf = Product.objects.of(request.community).on_shelf()
    fitting = shelf.with_currency().select_related("cover").order_by("-sold_count", "-pk")
    for word in search_words(words).split()[:6]:
        fitting = fitting.filter(
            Q(search__contains=word) | Q(title__icontains=word) | Q(second_title__icontains=word)
        )
    chosen = _chosen(request, given)
    known = {product.pk for product in chosen}
    found = [p for p in fitting[: FOUND + len(known)] if p.pk not in known][:FOUND]
    return {
        "chosen": chosen,
        "found": found,
        "q": words,
        "has_shop": bool(chosen or found or words),
        "most": rules.MOST_PRODUCTS,
    }
