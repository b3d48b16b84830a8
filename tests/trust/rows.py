"""A row of any table, filled by its fields: so that a new table is tested from its first day.

What cannot be guessed (a state that a constraint asks for, two columns that must agree) stands in
`GIVEN`, by the table's label. Give your table a line there when its row cannot be made.
"""

from __future__ import annotations

import io
import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from PIL import Image

GIVEN: dict[str, dict[str, Any]] = {
    "guard.hold": {"kind": "post", "reasons": [["links", 2, []]], "score": 2},
    "guard.standing": {"counts": {"days": 1}, "level": 1},
    "guard.policy": {"threshold": 6},
    "outreach.notice": {"url": "/", "about_kind": "post", "thing_kind": "post"},
    "outreach.habits": {"quiet_from": 22, "quiet_until": 8},
    "communities.member": {"state": "joined", "role": "member", "number": 77, "invitation": None},
    "communities.invitation": {"uses_most": 5, "used": 0},
    "people.tag": {
        "source": "self", "purpose": "find-people",
        "expires_at": lambda rows: rows.now + timedelta(days=1),
    },
    "matching.echo": {"day": 14, "answer": ""},
    "matching.arrival": {"expected": 40},
    "people.export": {"state": "expired"},
    "mfa.authenticator": {"type": "recovery_codes", "data": {}},
    "usersessions.usersession": {"ip": "192.0.2.7"},
    "core.job": {"state": "done"},
    "orders.order": {
        "number": lambda rows: f"TR{rows.community.slug.upper()[:6]}",
        "items_minor": 100, "post_minor": 0, "total_minor": 100, "paid_minor": 100,
        "refunded_minor": 0, "post_refunded_minor": 0, "lowered_minor": 0, "deal_kind": "",
        "deal_id": None, "waits": False,
    },
    "orders.orderline": {
        "unit_minor": 100, "quantity": 1, "discount_minor": 0, "total_minor": 100,
        "refunded_quantity": 0, "refunded_minor": 0, "lowered_minor": 0,
    },
    "orders.basket": {"visitor": "", "deal_kind": "", "deal_id": None},
    "orders.basketline": {"quantity": 1},
    "orders.refundline": {"quantity": 1, "amount_minor": 1},
    "payments.payment": {"return_url": "/"},
    "ledger.account": {"code": "sales", "family": "sales", "commodity": "CNY"},
    "ledger.leg": {"commodity": "CNY", "minor": 100},
    "content.post": {"comment_count": 1, "like_count": 1},
    "content.like": {"comment": None},
    "chat.room": {"kind": "group", "community": None, "pair": None},
    "chat.seat": {"state": "in"},
    "content.choice": {"position": 0, "vote_count": 1},
    "content.ballot": {"choices": [0]},
    "content.version": {"comment": None},
    "content.follow": {"topic": None, "post": None, "tag": None},
    "gatherings.gathering": {
        "capacity": None, "going_count": 0, "ends_at": lambda rows: rows.now + timedelta(days=1),
    },
    "campaigns.campaign": {
        "steps": [[2, 90]], "size": 5, "currency": "CNY", "kind": "group_buy", "taken": 0,
        "ends_at": lambda rows: rows.now + timedelta(days=9),
    },
    "campaigns.team": {
        "size": 5, "reserved": 0, "paid": 1, "verdict": "", "final_minor": None,
        "final_count": None, "closes_at": lambda rows: rows.now + timedelta(days=1),
    },
    "campaigns.claim": {"pieces": 1, "state": "paid"},
    "campaigns.seat": {"turn": 1, "price_minor": 90, "back_minor": 0, "state": "paid"},
    "funding.project": {
        "state": "live", "currency": "CNY", "goal_minor": 1000, "pledged_minor": 100,
        "held_minor": 100, "backers": 1, "final_minor": None, "final_backers": None,
        "tax_bp": 0, "ends_at": lambda rows: rows.now + timedelta(days=9), "closed_at": None,
        "collect_until": None, "decide_until": None, "ended_at": None, "settled_at": None,
    },
    "funding.reward": {"position": 1, "least_minor": 100, "quota": 5, "taken": 1,
                       "needs_address": False},
    "funding.milestone": {"position": 1, "share_bp": 10000, "state": "waiting",
                          "amount_minor": None, "done_at": None},
    "funding.pledge": {"state": "collected", "amount_minor": 100, "back_minor": 0,
                       "is_late": False, "delivered_at": lambda rows: rows.now},
    "sharing.link": {
        "kind": "community", "channel": "poster", "off_at": None, "off_by": None,
        "thing_id": lambda rows: rows.community.pk, "campaign": None,
        "expires_at": lambda rows: rows.now + timedelta(days=9),
    },
    "sharing.bond": {  # whoever brought somebody in was here first
        "inviter": lambda rows: apps.get_model("communities", "Member").objects
        .filter(community=rows.community).earliest("pk"),
    },
    "sharing.attribution": {"voided_at": None, "voided_by": None, "second": None},
    "sharing.offer": {"rate_bp": 800, "second_bp": 0, "cap_minor": 5000, "product_ids": [],
                      "ended_at": None},
    "sharing.promoter": {"left_at": None},
    "sharing.commission": {"level": 1, "accrued_minor": 80, "reversed_minor": 0, "lines": []},
    "sharing.trace": {"attribution": None, "kind": "network"},
    "sharing.doubt": {"state": "open", "reasons": [["home", 60, 0]], "score": 60,
                      "appealed_at": None, "answered_by": None, "answered_at": None},
    "sharing.payout": {"amount_minor": 50},
    "sharing.terms": {"window_days": 7, "inviter_keeps_from": None},
    "leaves.terms": {"month_minor": 1000, "thanks_minor": 50, "before": {
        "month_minor": 900, "thanks_minor": 50, "thanks_a_month": 3, "order_bp": 0,
        "hold_days": 14, "expires_days": None,
    }},
    "leaves.month": {"limit_minor": 1000, "given_minor": 50},
    "leaves.leaflot": {"why": "order", "state": "over", "amount_minor": 50, "left_minor": 0,
                       "spent_minor": 50, "expired_minor": 0, "taken_minor": 0,
                       "reversed_minor": 0},
    "leaves.reward": {"price_minor": 50, "stock": 3, "state": "on"},
    "leaves.exchange": {"price_minor": 50, "state": "handed"},
    "leaves.spending": {"minor": 50},
    "leaves.thanks": {  # whoever was thanked was here first
        "kind": "post", "undone_at": None,
        "receiver": lambda rows: apps.get_model("communities", "Member").objects
        .filter(community=rows.community).earliest("pk"),
    },
    "habits.terms": {"is_on": True, "point_minor": 0, "before": {
        "is_on": True, "day_minor": 0, "week_minor": 0, "month_minor": 0, "day_points": 1,
        "point_minor": 0,
    }},
    "habits.habit": {"grace": 1, "points": 0, "level": None, "zone": "UTC"},
    "habits.level": {"from_points": 5},
    "habits.quest": {"act": "posts", "number": 1, "period": "once", "points": 5, "state": "on"},
    "habits.gift": {"day": lambda rows: rows.now.date(), "quest": None, "period_on": None,
                    "state": "given", "minor": 0, "lot": None, "points": 1, "taken_by": None},
    "tiers.tier": {
        "level": 1, "state": "on", "currency": "CNY", "month_minor": 3000, "year_minor": 30000,
        "trial_days": 0,
    },
    "tiers.subscription": {
        "state": "active", "period": "month", "reminded": 0, "paused_on": None,
        "grace_until_on": None, "look_at": None,
        "until_on": lambda rows: (rows.now + timedelta(days=20)).date(),
    },
    "tiers.bill": {
        "why": "join", "state": "paid", "period": "month", "amount_minor": 3000,
        "returned_minor": 0, "currency": "CNY",
    },
    "tiers.term": {
        "value_minor": 3000, "earned_minor": 1000, "returned_minor": 0, "of_days": 30,
        "starts_on": lambda rows: (rows.now - timedelta(days=10)).date(),
        "ends_on": lambda rows: (rows.now + timedelta(days=20)).date(),
    },
    "pricing.discount": {
        "kind": "coupon", "state": "active", "code": "TRUST", "percent_bp": 1000,
        "amount_minor": 0, "products": [], "issued": 1, "most": 9, "currency": "CNY",
        "ends_at": lambda rows: rows.now + timedelta(days=9),
    },
    "pricing.coupon": {"turn": 1, "mailbox": "0" * 40},
    "pricing.saving": {"minor": 10},
    "reviews.review": {"stars": 4},
    "wishes.wish": {"price_minor": 100, "mark_minor": 90},
    "wishes.wait": {"state": "waiting"},
    "challenges.challenge": {"days": 30, "needed_days": 27},
    "challenges.team": {"name": "Wheel"},
    "culture.goal": {
        "measure": "posts", "target": 10, "ends_at": lambda rows: rows.now + timedelta(days=9),
    },
    "culture.example": {"clause": "goal", "kind": "post"},
    "culture.amendment": {"closes_at": lambda rows: rows.now + timedelta(days=7)},
    "culture.pulseanswer": {"score": 4},
    "culture.experiment": {"subject": "goal", "ends_at": lambda rows: rows.now + timedelta(days=9)},
    "culture.bookmark": {"name": "trust"},
    "culture.kept": {"part": "trust"},
    "catalog.variant": {"reserved": 0, "on_hand": 5, "price_minor": 100},
}  # fmt: skip


def a_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 10), (90, 120, 100)).save(out, "JPEG")
    return out.getvalue()


class Rows:
    """Makes rows. `person` is whom they are about; text columns of theirs hold `marks`."""

    def __init__(self, *, person: Any, community: Any, now: datetime, marks: dict[str, str],
                 fill: str = "x") -> None:  # fmt: skip
        self.fill = fill  # stands in texts that no mark has
        self.person, self.community, self.now, self.marks = person, community, now, marks
        self.made: dict[str, Any] = {
            "people.person": person,
            "communities.community": community,
            "account.emailaddress": person.emailaddress_set.get(),
            "sellers.book": apps.get_model("sellers", "Book").objects.get(community=community),
        }
        member = apps.get_model("communities", "Member")
        if here := member.objects.filter(community=community, person=person).first():
            self.made["communities.member"] = here
        self.serial = 1000

    def one(self, model: Any) -> Any:
        """The row of a table about the person (made once; foreign rows come with it)."""
        label = model._meta.label_lower
        if label not in self.made:
            self.made[label] = None  # a table that leans on itself stays empty there
            self.made[label] = self._make(model, GIVEN.get(label, {}))
        return self.made[label]

    def _make(self, model: Any, given: dict[str, Any]) -> Any:
        values: dict[str, Any] = {}
        for field in model._meta.concrete_fields:
            if field.name in given:
                value = given[field.name]
                values[field.name] = value(self) if callable(value) else value
            elif not field.primary_key or isinstance(field, models.OneToOneField):
                values[field.name] = self._value(model, field)
        row = model(**values)
        model._base_manager.bulk_create([row])
        return row if row.pk else model._base_manager.latest("pk")

    def _value(self, model: Any, field: Any) -> Any:
        self.serial += 1
        if isinstance(field, models.ForeignKey):
            if field.related_model is ContentType or (field.null and field.related_model is model):
                return None
            return self.one(field.related_model)
        if isinstance(field, models.UUIDField):
            if field.name == "public_id" or field.unique:
                return uuid.uuid4()
            return self.person.pseudonym
        if field.name == "community_id":
            return self.community.pk
        if field.choices:
            return field.get_default() or field.choices[0][0]
        if isinstance(field, models.EmailField):
            return self.marks["email"]
        if isinstance(field, models.FileField):
            return self.marks["file"]
        if isinstance(field, models.JSONField):
            return field.get_default() if field.has_default() else {}
        if isinstance(field, models.DateTimeField):
            return self.now
        if isinstance(field, models.DateField):
            return date(self.now.year, self.now.month, self.now.day)
        if isinstance(field, models.BooleanField):
            return field.get_default() or False
        if isinstance(field, models.DecimalField):
            return Decimal(1)
        if isinstance(field, models.FloatField):
            return 0.1
        if isinstance(field, models.GenericIPAddressField):
            return "192.0.2.7"
        if isinstance(field, models.BinaryField):
            return b"x"
        if isinstance(field, models.IntegerField):
            if field.has_default() and field.get_default() is not None and not field.unique:
                return field.get_default()
            return self.serial
        return self._text(model, field)

    def _text(self, model: Any, field: Any) -> Any:
        if field.name == "currency":
            return "CNY"
        if field.name in ("lang", "language", "second_lang"):
            return "en"
        if field.unique or any(
            field.name in c.fields for c in model._meta.constraints if hasattr(c, "fields")
        ):
            return f"only-{self.community.slug}-{self.serial}"[: field.max_length or 99]
        if field.has_default() and field.get_default():
            return field.get_default()
        answer = getattr(model, "privacy", None)
        if answer is not None and answer.person and field.name in answer.blanks:
            return self.marks["name"][: field.max_length or 99]
        if answer is not None and answer.person and answer.on_erase == "delete":
            return self.marks["name"][: field.max_length or 99]
        if field.max_length is None or field.max_length >= 60:
            return self.fill  # words of people; short columns hold codes
        return "" if field.blank else "x"
