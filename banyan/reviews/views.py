"""What buyers say about a product: reading, writing, finding it helpful."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from banyan.catalog import queries as catalog
from banyan.catalog.models import Product
from banyan.communities.doors import member_only, reader
from banyan.communities.places import url
from banyan.content.views import photos as photos_of
from banyan.core.ui.toasts import toast

from . import actions, queries, rules
from .forms import ReviewForm
from .models import Review


def _product(request: Any, slug: str) -> Product:
    """404 while it is not in the shop, unless the viewer runs it."""
    found = catalog.by_slug(request.community, slug)
    runs = bool(request.member and request.member.may("catalog.edit"))
    if found is None or not (found.is_published or runs):
        raise Http404
    return found


def _member(request: Any) -> Any:
    return request.member if request.member is not None and request.member.is_in else None


@reader
@require_safe
def reviews(request: Any, slug: str) -> HttpResponse:
    product, member = _product(request, slug), _member(request)
    stars = request.GET.get("stars", "")
    wish = {
        "stars": int(stars) if stars in "12345" and len(stars) == 1 else 0,
        "order": request.GET.get("sort", queries.HELPFUL),
        "photos": request.GET.get("photos") == "1",
    }
    page = queries.list_of(product, page=request.GET.get("page"), **wish)
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "reviews/reviews.html",
        {
            "here": "shop",
            "product": product,
            "page": page,
            "wish": wish,
            "sorts": [
                (queries.HELPFUL, _("Most helpful")), (queries.NEWEST, _("Newest")),
                (queries.LOWEST, _("Fewest stars")),
            ],
            "query": query.urlencode(),
            "helped": queries.helped(member, page.object_list),
            "is_member": member is not None,
            "public_log": url(request.community, "log"),
        },
    )  # fmt: skip


@member_only
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: Any, slug: str) -> HttpResponse:
    """Write one's review, or mend it."""
    product = _product(request, slug)
    mine = queries.mine(product, request.member)
    old = mine if mine is not None and mine.state != rules.DELETED else None
    line = queries.line_bought(product, request.user)
    if old is None and line is None and mine is None:
        return render(request, "reviews/not_bought.html", {"product": product, "here": "shop"})
    if request.method != "POST":
        form = ReviewForm(
            initial={"stars": old.stars if old else None, "body": old.body if old else ""}
        )
        kept = [row.picture for row in old.photos.select_related("picture")] if old else []  # type: ignore[attr-defined]
        return _page(request, form, product, old, kept)
    kept = photos_of.kept(request)
    form = ReviewForm(request.POST, request.FILES, kept=len(kept))
    is_valid = form.is_valid()
    photos = kept + photos_of.take(request, form, room=rules.MOST_PHOTOS - len(kept))
    if not is_valid or form.errors:
        return _page(request, form, product, old, photos, status=422)
    review = actions.write(
        product=product, author=request.member, stars=form.cleaned_data["stars"],
        body=form.cleaned_data["body"], photos=photos, now=timezone.now(),
    )  # fmt: skip
    toast(request, _("Changed.") if old else _("Thank you. Your review stands below the product."))
    return redirect(url(request.community, "reviews", slug=product.slug) + f"#r-{review.oid}")


def _page(
    request: Any, form: ReviewForm, product: Product, mine: Review | None, photos: list[Any], *,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    shown = {
        "form": form, "product": product, "mine": mine, "photos": photos, "here": "shop",
        "room": rules.MOST_PHOTOS - len(photos), "most": rules.MOST_PHOTOS,
        "is_staff": request.member.may("studio.see"),
    }  # fmt: skip
    return render(request, "reviews/write.html", shown, status=status)


@member_only
@require_POST
def delete(request: Any, id: UUID) -> HttpResponse:
    review = queries.at(request.community, id)
    actions.delete(review=review, by=request.member, now=timezone.now())
    toast(request, _("Taken back. You can write it anew at any time."))
    return redirect(url(request.community, "reviews", slug=review.product.slug))


@member_only
@require_POST
def helpful(request: Any, id: UUID) -> HttpResponse:
    review = queries.at(request.community, id)
    actions.find_helpful(
        review=review, member=request.member, on=request.POST.get("on") == "1", now=timezone.now()
    )
    return redirect(
        url(request.community, "reviews", slug=review.product.slug) + f"#r-{review.oid}"
    )
