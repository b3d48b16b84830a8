"""Every address of the site with an example of each of its arguments, for the trust tests.

A new route whose address has arguments needs a line in `EXAMPLES`: a pattern of route names, the
argument, and where its value comes from. Without one `test_doors` fails and names the route.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

type Source = Callable[["Place"], Any]


def oid_of(label: str, beside: str = "") -> Source:
    """The public id of the place's row of a table; `beside` is a row it needs to be seen."""

    def find(place: Place) -> Any:
        if beside:
            place.row(beside)
        return place.row(label).public_id

    return find


def field_of(label: str, name: str) -> Source:
    return lambda place: getattr(place.row(label), name)


def order_number(place: Place) -> str:
    """An order is found by its lines, so it has one."""
    place.row("orders.orderline")
    return str(place.row("orders.order").number)


def of_room(place: Place) -> Any:
    """A room of the community itself."""
    return apps.get_model("chat", "Room").objects.of(place.community).get().public_id


def of_talk(place: Place) -> Any:
    """A conversation the place's person has a seat in."""
    return place.row("chat.seat").room.public_id


def just(value: Any) -> Source:
    return lambda place: value


EXAMPLES: list[tuple[str, str, Source]] = [
    (
        r"studio-(admit|refuse|ban|unban|role|relent|settle|tags|tag-take|acts|acts-take)|settle",
        "id",
        oid_of("communities.member"),
    ),
    (r"(studio-)?invitation(-revoke)?", "id", oid_of("communities.invitation")),
    (r"studio-tag-take", "tag", oid_of("people.tag")),
    (r"studio-segment-remove", "id", oid_of("communities.segment")),
    (r"echo", "id", oid_of("matching.echo")),
    (r"charter-version", "version", just(1)),
    (r"amendment-comment-(remove|restore)", "id", oid_of("culture.amendmentcomment")),
    (r"amendment(-.*)?", "id", oid_of("culture.amendment")),
    (r"example-nominate", "kind", just("post")),
    (r"example-nominate", "id", oid_of("content.post")),
    (r"example-withdraw", "id", oid_of("culture.example")),
    (r"studio-example-decide", "id", oid_of("culture.example")),
    (r"studio-example-decide", "do", just("accept")),
    (r"(studio-)?ritual(-.*)?", "id", oid_of("culture.ritual")),
    (r"turn-.*", "id", oid_of("culture.turn")),
    (r"studio-goal-.*", "id", oid_of("culture.goal")),
    (r"studio-page-.*", "id", oid_of("culture.page")),
    (r"studio-experiment-.*", "id", oid_of("culture.experiment")),
    (r"challenge-undo", "id", oid_of("challenges.checkin")),
    (r"(studio-)?challenge(-.*)?", "slug", field_of("challenges.challenge", "slug")),
    (r"meet-.*|studio-introduction-end", "id", oid_of("introductions.side")),
    (r"studio-held-review", "id", oid_of("guard.hold")),
    (r"studio-held-review", "do", just("pass")),
    (r"studio-trust-(one|free)", "id", oid_of("communities.member")),
    (r"studio-trust-undo", "id", oid_of("guard.standingchange")),
    (r"report", "kind", just("post")),
    (r"report", "id", oid_of("content.post")),
    (r"studio-(standing|mute|strike|put-out)", "id", oid_of("communities.member")),
    (r"studio-unmute", "id", oid_of("moderation.mute")),
    (r"studio-strike-lift", "id", oid_of("moderation.strike")),
    (r"studio-appeal-answer", "id", oid_of("moderation.appeal")),
    (r"my-decision", "id", oid_of("moderation.decision")),
    (r"studio-content-decide", "kind", just("post")),
    (r"studio-content-decide", "id", oid_of("content.post")),
    (r"studio-content-decide", "verdict", just("hide")),
    (r"post(-edit|-delete|-undelete|-like)?", "id", oid_of("content.post")),
    (r"studio-chat-.*", "id", of_room),
    (r"chat-(room|send|read)", "id", of_room),
    (r"messages-(talk|send|read|accept|leave)", "id", of_talk),
    (r"messages-(block|unblock)", "id", oid_of("people.person", beside="chat.block")),
    (r"message-(edit|delete|undelete|report)", "id", oid_of("chat.message", beside="chat.seat")),
    (r"post-(save|follow|preview)|comment-new", "id", oid_of("content.post")),
    (r"post-history", "id", oid_of("content.post")),
    (r"post-vote", "id", oid_of("content.post", beside="content.poll")),
    (r"comment(-(edit|delete|undelete|like|react))?", "id", oid_of("content.comment")),
    (r"comment-history", "id", oid_of("content.comment")),
    (r"member(-follow)?", "id", oid_of("communities.member")),
    (r"topic-follow", "id", oid_of("content.topic")),
    (r"tag-follow", "tag", just("glaze")),
    (r"post-(publish|cancel)|studio-post-pin", "id", oid_of("content.post")),
    (r"studio-scheduled-steer", "id", oid_of("content.post")),
    (r"studio-scheduled-steer", "do", just("cancel")),
    (r"studio-topic-steer", "do", just("archive")),
    (r"studio-topic-.*", "id", oid_of("content.topic")),
    (r"(studio-)?gathering(-.*)?", "id", oid_of("gatherings.gathering")),
    (r"group-open|flash-buy|studio-campaign(-.*)?", "id", oid_of("campaigns.campaign")),
    (r"group(-join|-leave)?|studio-group-complete", "id", oid_of("campaigns.team")),
    (r"project|studio-project(-.*)?", "id", oid_of("funding.project", beside="funding.reward")),
    (r"pledge", "id", oid_of("funding.reward")),
    (r"pledge-(pay|back)|studio-pledge-.*", "id", oid_of("funding.pledge")),
    (r"(studio-)?milestone-.*", "id", oid_of("funding.milestone")),
    (r"studio-project-steer", "do", just("send")),
    (r"short", "code", field_of("sharing.link", "code")),
    (r"share(-make)?", "kind", just("community")),
    (r"share(-make)?", "id", lambda place: place.community.public_id),
    (r"share-poster|studio-link-(off|on)", "id", oid_of("sharing.link")),
    (r"sharing-(accept|leave)|studio-offer-end", "id", oid_of("sharing.offer")),
    (r"studio-doubt-counts|sharing-appeal", "id", oid_of("sharing.doubt")),
    (r"studio-attribution-void", "id", oid_of("sharing.attribution")),
    (r"studio-payout", "id", oid_of("communities.member")),
    (r"studio-payout-(done|back)", "id", oid_of("sharing.payout")),
    (r"thank", "kind", just("post")),
    (r"thank", "id", oid_of("content.post", beside="leaves.terms")),
    (r"studio-leaves-undo", "id", oid_of("leaves.terms")),
    (r"exchange|studio-reward|studio-reward-turn", "id", oid_of("leaves.reward")),
    (r"exchange-undo|studio-exchange-steer", "id", oid_of("leaves.exchange")),
    (r"studio-reward-turn", "do", just("off")),
    (r"studio-exchange-steer", "do", just("hand")),
    (r"thanks-undo", "id", oid_of("leaves.thanks")),
    (r"studio-leaves-withdraw", "id", oid_of("leaves.leaflot")),
    (r"studio-habits-undo", "id", oid_of("habits.terms")),
    (r"studio-habits-gift", "id", oid_of("habits.gift")),
    (r"studio-quest-turn", "id", oid_of("habits.quest")),
    (r"studio-quest-turn", "do", just("off")),
    (r"studio-level(-remove)?", "id", oid_of("habits.level")),
    (r"tier-(gift|try|pay)|studio-tier(-turn)?", "id", oid_of("tiers.tier")),
    (r"tier-pay", "do", just("join")),
    (r"tier-steer", "do", just("pause")),
    (r"studio-tier-turn", "do", just("off")),
    (r"studio-membership-end", "id", oid_of("tiers.subscription")),
    (r"studio-post-inner", "id", oid_of("content.post", beside="tiers.inner")),
    (r"coupon-take|studio-discount(-.*)?", "id", oid_of("pricing.discount")),
    (r"studio-coupon-revoke", "id", oid_of("pricing.coupon")),
    (r"sitemap", "kind", just("communities")),
    (r"sitemap", "page", just(1)),
    (
        r"product|reviews|review-write|wish(-price|-stock)?",
        "slug",
        field_of("catalog.product", "slug"),
    ),
    (r"review-(delete|helpful)|studio-review-.*", "id", oid_of("reviews.review")),
    (r"studio-product.*", "id", oid_of("catalog.product")),
    (r"studio-product-stock", "variant", oid_of("catalog.variant")),
    (r"studio-product-photo", "photo", oid_of("catalog.productphoto")),
    (r"studio-product-photo", "do", just("remove")),
    (r"studio-product-state", "do", just("publish")),
    (r"studio-import-.*", "id", oid_of("catalog.importrun")),
    (r"studio-list(-send|-revoke)?", "id", oid_of("moving.invitelist")),
    (r"studio-package-file", "id", oid_of("moving.package")),
    (r"from-file-.*", "id", oid_of("moving.unpacking")),
    (r"studio-(order|refund).*", "no", order_number),
    (r"order(-.*)?", "no", order_number),
    (r"studio-rate.*", "id", oid_of("orders.shippingrate")),
    (r"studio-payment-refund-again", "id", oid_of("payments.paymentrefund")),
    (r"cart-line", "id", oid_of("orders.basket", beside="orders.basketline")),
    (r"cart-line|cart-undo", "variant", field_of("catalog.variant", "pk")),
    (r"cart-undo", "slug", lambda place: place.community.slug),
    (r"cart-undo", "quantity", just(1)),
    (r"checkout", "id", oid_of("orders.basket", beside="orders.basketline")),
    (r"payment-return", "id", oid_of("payments.payment")),
    (r"payment-hook", "name", just("sandbox")),
    (r"me-export-(page|file)", "id", oid_of("people.export")),
    (r"me-tag-remove", "id", oid_of("people.tag")),
    (r"studio-money-entry", "id", oid_of("ledger.entry")),
    (r"studio-cost-undo", "id", oid_of("ledger.cost")),
    (r"wallet-.*", "id", oid_of("ledger.entry", beside="ledger.leg")),
    (r"notice-(read|open)", "id", oid_of("outreach.notice")),
    (r"notices-device-remove", "id", oid_of("outreach.device")),
    (r"notices-stop", "token", just("nobodys")),
    (r"(brand-css|app-icon)", "hue", just(158)),
    (r"(brand-css|app-icon)", "chroma", just(75)),
    (r"app-icon", "size", just(192)),
    (r"media", "name", just("pictures/2026/11/none.jpg")),
    (r"error", "status", just(404)),
    (r"mfa_(remove|edit)_webauthn", "pk", just(1)),
]


@dataclass(frozen=True)
class Route:
    """One address of the map."""

    name: str
    path: str  # as it is written in the urls, with its arguments
    arguments: tuple[str, ...]
    audience: str
    is_of_community: bool
    csrf_exempt: bool

    def __str__(self) -> str:
        return self.name or self.path

    def sources(self) -> dict[str, Source]:
        """Where each argument's example comes from; LookupError names what is missing."""
        found = {}
        for argument in self.arguments:
            for pattern, wanted, source in EXAMPLES:
                if wanted == argument and re.fullmatch(pattern, self.name):
                    found[argument] = source
                    break
            else:
                raise LookupError(
                    f"route {self.name!r}: give its argument {argument!r} an example in "
                    "tests/trust/examples.py"
                )
        return found

    def address(self, place: Place, slug: str | None = None) -> str:
        """The address with the place's things; `slug` names another community to stand in."""
        values: dict[str, Any] = {name: source(place) for name, source in self.sources().items()}
        if self.is_of_community:
            values["c"] = slug or place.community.slug
        return self.fill(values)

    def fill(self, values: dict[str, Any]) -> str:
        from banyan.core.ids import IdConverter

        def one(match: re.Match[str]) -> str:
            value = values[match["name"]]
            return IdConverter().to_url(value) if match["kind"] == "oid" else str(value)

        return "/" + re.sub(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>", one, self.path)


class Place:
    """A community and the rows that stand in it, made when an address asks for them."""

    def __init__(self, community: Any, rows: Any) -> None:
        self.community, self._rows = community, rows

    def row(self, label: str) -> Any:
        return self._rows.one(apps.get_model(label))


def routes() -> list[Route]:
    """The whole map, in the order of the urls."""
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[Any], before: str) -> Iterator[Route]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            view = pattern.callback
            names = [n for n in re.findall(r"<(?:\w+:)?(\w+)>", path) if n != "c"]
            module = view.__module__
            yield Route(
                name=pattern.name or "",
                path=path,
                arguments=tuple(names),
                audience=getattr(view, "audience", "allauth" if "allauth." in module else ""),
                is_of_community="<slug:c>" in path,
                csrf_exempt=getattr(view, "csrf_exempt", False),
            )
