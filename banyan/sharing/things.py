"""What can be shared, and how each looks on the sheet, on the poster and in the lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from banyan.campaigns import rules as campaigns
from banyan.campaigns.models import Team
from banyan.catalog.models import Product
from banyan.communities.models import Community
from banyan.communities.places import url
from banyan.content.models import Post
from banyan.core.models import Picture
from banyan.core.money import Money

from . import rules


@dataclass(frozen=True)
class Shown:
    """`texts` are (title, language) in every language there is, the reader's first."""

    kind: str
    pk: int
    url: str
    texts: tuple[tuple[str, str], ...]
    line: str = ""
    line_lang: str = ""
    price: Money | None = None
    before: Money | None = None
    picture: Picture | None = None
    campaign_id: int | None = None
    oid: str = ""

    @property
    def title(self) -> str:
        return self.texts[0][0]

    @property
    def lang(self) -> str:
        return self.texts[0][1]


def find(community: Community, kind: str, id: UUID) -> Shown | None:
    """The thing that an address names; None when it is not there, or nobody is to see it."""
    rows = _rows(community, kind)
    if rows is None:
        return None
    thing = rows.filter(public_id=id).first()
    return None if thing is None else _shown(community, kind, thing)


def of(community: Community, pairs: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Shown]:
    """Many at once, one query for each kind; what is gone is left out."""
    wanted: dict[str, set[int]] = {}
    for kind, pk in pairs:
        wanted.setdefault(kind, set()).add(pk)
    found = {}
    for kind, pks in wanted.items():
        rows = _rows(community, kind)
        if rows is not None:
            for thing in rows.filter(pk__in=pks):
                found[(kind, thing.pk)] = _shown(community, kind, thing)
    return found


def _rows(community: Community, kind: str) -> Any:
    if kind == rules.PRODUCT:
        return Product.objects.of(community).on_shelf().with_currency().select_related("cover")
    if kind == rules.TEAM:
        rows = Team.objects.of(community).select_related("campaign__product__cover")
        return rows.exclude(paid=0, state=campaigns.OPEN)
    if kind == rules.POST:
        return Post.objects.of(community).published().select_related("cover")
    if kind == rules.COMMUNITY:
        return Community.objects.filter(pk=community.pk).select_related("cover")
    return None


def _both(thing: Any, field: str, lang: str) -> tuple[tuple[str, str], ...]:
    here = (thing.said(field), lang)
    other = (getattr(thing, field), thing.lang)
    if other[0] == here[0]:
        other = (getattr(thing, f"second_{field}"), thing.second_lang)
    return (here, other) if other[0] else (here,)


def _shown(community: Community, kind: str, thing: Any) -> Shown:
    if kind == rules.PRODUCT:
        return Shown(
            kind, thing.pk, url(community, "product", slug=thing.slug),
            _both(thing, "title", thing.here_lang), thing.here_line, thing.lang_said("line"),
            Money(thing.price_from_minor, thing.currency), picture=thing.cover, oid=thing.oid,
        )  # fmt: skip
    if kind == rules.TEAM:
        product = thing.campaign.product
        return Shown(
            kind, thing.pk, url(community, "group", id=thing.public_id),
            _both(product, "title", product.here_lang), product.here_line,
            product.lang_said("line"), thing.campaign.first_price, picture=product.cover,
            before=Money(product.price_from_minor, thing.campaign.currency),
            campaign_id=thing.campaign_id, oid=thing.oid,
        )  # fmt: skip
    if kind == rules.POST:
        return Shown(
            kind, thing.pk, url(community, "post", id=thing.public_id),
            ((thing.heading, thing.lang),), thing.excerpt, thing.lang, picture=thing.cover,
            oid=thing.oid,
        )  # fmt: skip
    return Shown(
        kind, thing.pk, url(community, "community"), _both(thing, "name", thing.here_lang),
        thing.here_purpose, thing.here_lang, picture=thing.cover, oid=thing.oid,
    )  # fmt: skip
