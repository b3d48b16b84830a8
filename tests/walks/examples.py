"""An example for every address that has parts; a new address needs its line here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from banyan.chat.models import Message
from banyan.ledger.models import Entry
from banyan.orders import links
from banyan.outreach.links import stop_url
from banyan.outreach.models import Device, Notice
from banyan.people.models import Tag

from .world import World


def addresses(resolver: URLResolver | None = None) -> Iterator[tuple[str, Any, set[str]]]:
    """(name, view, parts) of every address, a library's included."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            space = f"{entry.namespace}:" if entry.namespace else ""
            for name, view, parts in addresses(entry):
                yield space + name, view, parts | set(entry.pattern.converters)
        elif isinstance(entry, URLPattern) and entry.name:
            yield entry.name, entry.callback, set(entry.pattern.converters)


def path_of(world: World, name: str, parts: set[str], person: str = "mei") -> str:
    """The address with example parts; of a guest's order with its signature."""
    known = {"c": "kiln"} if "c" in parts else {}
    if parts - {"c"}:
        known |= parts_of(world, name, person)
    path = reverse(name, kwargs=known)
    guest = name == "order" and person == "guest"
    return path + links.query(world.orders["guest"]) if guest else path


def parts_of(world: World, name: str, person: str) -> dict[str, Any]:
    """The parts of `name` without the slug, seen by "mei", "jonas" or a "guest"."""
    order = world.orders[{"mei": "paid", "jonas": "packed", "guest": "guest"}[person]]
    product, variant = world.products["morning-mug"], world.variants["morning-mug"]
    post, comment, basket = world.posts[0], world.comments[0], world.baskets[person]
    mine = getattr(world.cast, person, world.cast.jonas)
    given: dict[str, dict[str, Any]] = {
        "media": {"name": product.cover.file.name},
        "brand-css": {"hue": world.kiln.brand_h, "chroma": 75},
        "app-icon": {"hue": world.kiln.brand_h, "chroma": 75, "size": 192},
        "charter-version": {"version": 1},
        "report": {"kind": "post", "id": post.public_id},
        "product": {"slug": product.slug},
        "reviews": {"slug": product.slug},
        "review-write": {"slug": product.slug},
        "wish": {"slug": product.slug},
        "wish-price": {"slug": product.slug},
        "wish-stock": {"slug": product.slug},
        "review-delete": {"id": world.reviews[0].public_id},
        "review-helpful": {"id": world.reviews[1].public_id},
        "studio-review-answer": {"id": world.reviews[0].public_id},
        "studio-review-unanswer": {"id": world.reviews[1].public_id},
        "checkout": {"id": basket.public_id},
        "cart-line": {"id": basket.public_id, "variant": variant.pk},
        "cart-undo": {"slug": "kiln", "variant": variant.pk, "quantity": 1},
        "payment-hook": {"name": "sandbox"},
        "payment-return": {"id": world.orders["placed"].attempt.public_id},
        "ui:error": {"status": 404},
        "sitemap": {"kind": "posts", "page": 1},
        "my-decision": {"id": world.decisions["mei" if person == "mei" else "jonas"].public_id},
        "studio-unmute": {"id": world.mute.public_id},
        "studio-strike-lift": {"id": world.strike.public_id},
        "studio-appeal-answer": {"id": world.appeal.public_id},
        "studio-content-decide": {"kind": "post", "id": post.public_id, "verdict": "hide"},
        "tag-follow": {"tag": "glaze"},
        "studio-topic-steer": {"id": world.topics[0].public_id, "do": "archive"},
        "studio-scheduled-steer": {"id": world.posts[-1].public_id, "do": "cancel"},
        "studio-post-pin": {"id": post.public_id},
        "post-vote": {"id": world.posts[-1].public_id},
        "comment-history": {"id": world.comments[1].public_id},
        "short": {"code": world.links["lan-link"].code},
        "share": {"kind": "product", "id": product.public_id},
        "share-make": {"kind": "product", "id": product.public_id},
        "share-poster": {
            "id": world.links["mei-poster" if person == "mei" else "jonas-poster"].public_id
        },
        "sharing-accept": {"id": world.offer.public_id},
        "sharing-leave": {"id": world.offer.public_id},
        "studio-offer-end": {"id": world.offer.public_id},
        "studio-doubt-counts": {"id": world.doubt.public_id},
        "sharing-appeal": {"id": world.doubt.public_id},
        "studio-attribution-void": {"id": world.attribution.public_id},
        "studio-link-off": {"id": world.links["lan-link"].public_id},
        "studio-link-on": {"id": world.links["jonas-wechat"].public_id},
        "thank": {"kind": "post", "id": world.posts[2 if person == "mei" else 1].public_id},
        "thanks-undo": {"id": world.thanks.public_id},
        "exchange": {"id": world.reward.public_id},
        "exchange-undo": {"id": world.exchange.public_id},
        "habits": {},
        "studio-habits-undo": {"id": world.habit_terms.public_id},
        "studio-habits-gift": {"id": world.gift.public_id},
        "studio-quest-turn": {"id": world.quest.public_id, "do": "off"},
        "studio-level": {"id": world.level.public_id},
        "studio-level-remove": {"id": world.level.public_id},
        "studio-leaves-undo": {"id": world.leaf_terms.public_id},
        "studio-leaves-withdraw": {"id": world.thanks.lot.public_id},
        "studio-reward": {"id": world.reward.public_id},
        "studio-reward-turn": {"id": world.reward.public_id, "do": "off"},
        "studio-exchange-steer": {"id": world.exchange.public_id, "do": "hand"},
        "tier-gift": {"id": world.tier.public_id},
        "tier-try": {"id": world.tier.public_id},
        "tier-pay": {"id": world.tier.public_id, "do": "join"},
        "tier-steer": {"do": "pause"},
        "studio-tier": {"id": world.tier.public_id},
        "studio-tier-turn": {"id": world.tier.public_id, "do": "off"},
        "studio-membership-end": {"id": world.membership.public_id},
        "studio-post-inner": {
            "id": next(p for p in world.posts if p.author_id == world.members["mei"].pk).public_id
        },
        "studio-payout": {"id": world.members["lan"].public_id},
        "studio-payout-done": {"id": world.payout.public_id},
        "studio-payout-back": {"id": world.payout.public_id},
        "studio-product-stock": {"id": product.public_id, "variant": variant.public_id},
    }
    if name == "studio-held-review":
        return {"id": world.hold.public_id, "do": "pass"}
    if name.startswith("studio-trust-"):
        return {"id": world.members["lan"].public_id}
    if name in given:
        return given[name]
    if name.startswith("turn-"):
        return {"id": world.ritual.turns.earliest("at").public_id}
    together: dict[str, dict[str, Any]] = {
        "group-buys": {},
        "coupons": {},
        "coupon-take": {"id": world.discount.public_id},
        "studio-coupon-revoke": {"id": world.coupon.public_id},
        "studio-discount-edit": {"id": world.draft_discount.public_id},
        "studio-discounts": {},
        "studio-discount-new": {},
        "studio-discount": {"id": world.discount.public_id},
        "project": {"id": world.project.public_id},
        "studio-project": {"id": world.project.public_id},
        "studio-project-edit": {"id": world.draft_project.public_id},
        "group-open": {"id": world.campaign.public_id},
        "flash-buy": {"id": world.sale.public_id},
        "group": {"id": world.team.public_id},
        "studio-group-complete": {"id": world.team.public_id},
        "studio-campaign-edit": {"id": world.draft_campaign.public_id},
        "studio-campaign": {"id": world.campaign.public_id},
        "amendment-comment-remove": {"id": world.said.public_id},
        "amendment-comment-restore": {"id": world.said.public_id},
        "amendment": {"id": world.change.public_id},
        "example-nominate": {"kind": "post", "id": world.posts[2].public_id},
        "example-withdraw": {"id": world.example.public_id},
        "studio-example-decide": {"id": world.example.public_id, "do": "accept"},
        "ritual": {"id": world.ritual.public_id},
        "studio-ritual": {"id": world.ritual.public_id},
        "studio-goal": {"id": world.goal.public_id},
        "studio-page": {"id": world.page.public_id},
        "studio-experiment": {"id": world.experiment.public_id},
        "challenge-undo": {"slug": "cups", "id": world.check_in.public_id},
        "challenge": {"slug": "cups"},
        "studio-challenge": {"slug": "cups"},
    }
    for start, parts in together.items():
        if name == start or name.startswith(f"{start}-"):
            return parts
    if name == "wallet-entry":
        return {"id": Entry.objects.filter(legs__member=mine.pseudonym).earliest("pk").public_id}
    if name == "studio-money-entry":
        return {"id": Entry.objects.earliest("pk").public_id}
    if name == "notices-stop":
        return {"token": stop_url(world.cast.mei, "reply").rpartition("/")[2]}
    if name in ("notice-read", "notice-open"):
        return {"id": Notice.objects.filter(person=mine)[0].public_id}
    if name == "notices-device-remove":
        return {"id": Device.objects.get(person=world.cast.mei).public_id}
    if name == "me-tag-remove":
        return {"id": Tag.objects.filter(person=world.cast.mei)[0].public_id}
    things = {
        "order": {"no": order.number},
        "studio-order": {"no": order.number},
        "studio-refund-again": {"no": world.orders["stuck"].number},
        "studio-product": {"id": product.public_id},
        "post": {"id": post.public_id},
        "comment": {"id": comment.public_id},
        "gathering": {"id": world.gatherings[0].public_id},
        "studio-gathering": {"id": world.gatherings[0].public_id},
        "member": {"id": world.members["jonas"].public_id},
        "topic": {"id": world.topics[0].public_id},
        "invitation": {"id": world.invitation.public_id},
        "studio-invitation": {"id": world.invitation.public_id},
        "settle": {"id": world.members["lan"].public_id},
        "echo": {"id": world.echo.public_id},
        "studio-tags": {"id": world.members["lan"].public_id},
        "studio-standing": {"id": world.members["lan"].public_id},
        "studio-mute": {"id": world.members["lan"].public_id},
        "studio-strike": {"id": world.members["lan"].public_id},
        "studio-put-out": {"id": world.members["lan"].public_id},
        "studio-acts": {"id": world.members["lan"].public_id},
        "studio-tag-take": {"id": world.members["lan"].public_id, "tag": world.echo.public_id},
        "studio-segment-remove": {"id": world.echo.public_id},
        "meet": {"id": world.introduced.public_id},
        "studio-introduction-end": {"id": world.introduced.public_id},
        "me-export": {"id": world.export.public_id},
        "messages-block": {"id": world.cast.lan.public_id},
        "messages-unblock": {"id": world.cast.lan.public_id},
        "messages": {"id": world.talk.public_id},
        "message-report": {"id": Message.objects.get(room=world.talk).public_id},
        "message": {"id": world.message.public_id},
        "chat": {"id": world.room.public_id},
        "studio-chat": {"id": world.room.public_id},
        "studio-list": {"id": world.invite_list.public_id},
        "studio-package-file": {"id": world.package.public_id},
        "from-file": {"id": world.unpacking.public_id},
        "studio-import-run": {"id": world.run.public_id},
        "studio-import": {"id": world.run.public_id},
        "studio-rate": {"id": world.rate.public_id},
        "studio-topic": {"id": world.topics[0].public_id},
        "studio-cost": {"id": world.cost.public_id},
    }
    for start, parts in things.items():
        if name == start or name.startswith(f"{start}-"):
            return parts
    raise KeyError(f"{name}: give it an example in tests/walks/examples.py")
