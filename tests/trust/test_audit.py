"""TRUST 26: privileged acts. Each leaves a row of the append-only log, by whom and of which place.

`ACTS` names every kind of privileged act that the product has a page for. Each is done once as the
owner, through its page; a studio route that takes a POST and is not here fails the last test.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from banyan.communities.models import Member
from banyan.communities.places import url
from banyan.core.idempotency import new_form_key
from banyan.core.ids import read_id
from banyan.core.models import Activity
from banyan.ledger.models import Entry
from banyan.moderation.objects import kind_of
from tests.trust.examples import routes
from tests.walks.examples import parts_of
from tests.walks.world import World, world

__all__ = ["world"]

pytestmark = [pytest.mark.trust, pytest.mark.django_db]

Act = tuple[str, dict[str, Any], dict[str, Any]]
DAY = timedelta(days=1)


def acts(world: World) -> dict[str, Act]:
    """Kind of act -> route, its parts (none: the example's own), what is sent."""
    lan, kenji, yusuf = (world.members[name].public_id for name in ("lan", "kenji", "yusuf"))
    dara = Member.objects.get(community=world.kiln, person=world.cast.dara).public_id
    hot, quiet = world.posts[0].public_id, world.posts[2].public_id
    post = kind_of("post").again(world.kiln, [world.decisions["jonas"].object_id])  # type: ignore
    hidden = read_id(post[0].oid)
    topic, room = world.topics[0].public_id, world.room.public_id
    day = f"{timezone.now() + 20 * DAY:%Y-%m-%d}"
    why = {"reason": "spam"}

    def judge(verdict: str, post: Any, **fields: Any) -> Act:
        parts = {"kind": "post", "id": post, "verdict": verdict}
        return "studio-content-decide", parts, fields

    return {
        "let somebody in": ("studio-admit", {"id": dara}, {}),
        "refuse somebody": ("studio-refuse", {"id": dara}, {"reason": "Not now"}),
        "ban": ("studio-ban", {"id": lan}, {}),
        "ban with a clause": ("studio-put-out", {"id": lan}, why),
        "lift a ban": ("studio-unban", {"id": yusuf}, {}),
        "give a role": ("studio-role", {"id": lan}, {"role": "operator"}),
        "take a role away": ("studio-role", {"id": kenji}, {"role": "member"}),
        "hand out acts": ("studio-acts", {"id": lan}, {"acts": ["mute"], "until": day}),
        "hide": judge("hide", hot, **why),
        "hide with a strike": judge("hide", hot, strike="on", **why),
        "remove for good": judge("remove", hot, **why),
        "show again": judge("restore", hidden),
        "leave as it is": judge("dismiss", quiet),
        "mute": ("studio-mute", {"id": lan}, {"hours": "24", **why}),
        "give a strike": ("studio-strike", {"id": lan}, why),
        "lift a strike": ("studio-strike-lift", {}, {}),
        "uphold on appeal": ("studio-appeal-answer", {}, {"do": "uphold"}),
        "overturn on appeal": ("studio-appeal-answer", {}, {"do": "overturn"}),
        "say how long strikes stand": ("studio-strike-days", {}, {"days": "30"}),
        "invite": ("studio-invitations", {}, {"uses": "3", "days": "7", "lang": "en", "note": ""}),
        "revoke an invitation": ("studio-invitation-revoke", {}, {}),
        "pin a post": ("studio-post-pin", {"id": hot}, {"on": "1"}),
        "add a topic": ("studio-topics", {}, {"name": "Firing", "second_name": "烧窑"}),
        "rename a topic": ("studio-topic-rename", {"id": topic}, {"name": "Hands"}),
        "archive a topic": ("studio-topic-steer", {"id": topic, "do": "archive"}, {}),
        "say who posts under a topic": (
            "studio-topic-steer", {"id": topic, "do": "who"}, {"who": "team"},
        ),
        "remove a topic": ("studio-topic-remove", {"id": topic}, {}),
        "open a chat room": ("studio-chat", {}, {"name": "Night shift", "slow_seconds": "0"}),
        "close a chat room": ("studio-chat-close", {"id": room}, {}),
        "pack an order": ("studio-order-pack", {"no": world.orders["paid"].number}, {}),
        "cancel an order": (
            "studio-order-cancel", {"no": world.orders["paid"].number}, {"reason": "asked"},
        ),
        "take a product off": (
            "studio-product-state",
            {"id": world.products["morning-mug"].public_id, "do": "archive"}, {},
        ),
        "remove a postage rate": ("studio-rate-remove", {}, {}),
        "undo a cost": ("studio-cost-undo", {}, {}),
        "cancel an event": (
            "studio-gathering-cancel", {"id": world.gatherings[0].public_id}, {"reason": "Rain"},
        ),
        "give a goal up": ("studio-goal-give-up", {}, {"reason": "Too much"}),
        "let a ritual rest": ("studio-ritual-rest", {}, {}),
        "hide a page of the chronicle": ("studio-page-hide", {}, {}),
        "end an experiment": ("studio-experiment-end", {}, {}),
        "turn a shared link off": ("studio-link-off", {}, {}),
        "say that an order came by nobody": ("studio-attribution-void", {}, {"reason": "Own shop"}),
        "say that a doubted order counts": ("studio-doubt-counts", {}, {}),
        "end a commission": ("studio-offer-end", {}, {}),
        "note a payout": ("studio-payout", {}, {"amount": "1"}),
        "say that a payout arrived": ("studio-payout-done", {}, {}),
        "say that a payout came back": ("studio-payout-back", {}, {}),
        "take a paid level off sale": ("studio-tier-turn", {}, {}),
        "end a membership with money back": ("studio-membership-end", {}, {}),
    }  # fmt: skip


def test_every_kind_of_privileged_act_leaves_a_row_of_who_and_where(world: World) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(world.cast.mei, backend="banyan.people.backends.PasswordBackend")
    silent: dict[str, Any] = {}
    kinds = acts(world)
    for kind, (name, parts, sent) in kinds.items():
        given = parts_of(world, name, "mei") if not parts and name not in PLAIN else dict(parts)
        point = transaction.savepoint_create()
        before, booked = Activity.objects.count(), Entry.objects.count()
        answer = client.post(url(world.kiln, name, **given), {"form_key": new_form_key(), **sent})
        rows = Activity.objects.order_by("-pk")[: Activity.objects.count() - before]
        mine = [
            row.verb for row in rows
            if row.actor == world.cast.mei.pseudonym and row.community_id == world.kiln.pk
        ]  # fmt: skip
        # What moves money stands in the ledger, which is append-only too and names who did it.
        for entry in Entry.objects.order_by("-pk")[: Entry.objects.count() - booked]:
            mine += [entry.kind] if entry.actor == world.cast.mei.pseudonym else []
        if answer.status_code not in (302, 303) or not mine:
            silent[kind] = (answer.status_code, [row.verb for row in rows])
        transaction.savepoint_rollback(point)
    assert silent == {}
    assert len(kinds) >= 30


PLAIN = {"studio-strike-days", "studio-invitations", "studio-topics", "studio-chat"}


def test_a_row_of_the_log_can_neither_be_changed_nor_deleted(world: World) -> None:
    row = Activity.objects.earliest("pk")
    for attack in (
        lambda: Activity.objects.filter(pk=row.pk).update(verb="Nothing"),
        lambda: Activity.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attack()


def test_the_list_names_only_routes_of_the_studio(world: World) -> None:
    known = {route.name for route in routes() if route.audience.startswith("operator:")}
    assert {name for name, _parts, _sent in acts(world).values()} <= known
