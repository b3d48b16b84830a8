"""A whole demo world as a plan: the same seed and moment give the same plan, to the byte."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import datetime, timedelta
from random import Random
from typing import Any

from . import chat, growth
from . import people as who
from . import talk as talking
from . import trade as trading
from .crowd import Crowd
from .goods import goods
from .places import DAYS, places
from .shapes import Plan, PostPlan, ReportPlan, Story

SEED = 7
PEOPLE, POSTS, COMMENTS, LIKES, ORDERS = 240, 560, 2000, 5000, 300


def make_plan(*, seed: int = SEED, now: datetime) -> Plan:
    """Ninety days that end at `now`."""
    rng = Random(seed)
    start = now - timedelta(days=DAYS)
    here = places(now)
    everybody = who.cast(now, start)
    everybody += who.crowd(rng, start, PEOPLE - len(everybody))
    circle = who.circles(rng, everybody)
    joins = who.joins(rng, everybody, here, circle, now)
    for person in everybody:
        if person.key in circle.tea:
            person.activity = max(person.activity, 2.0)
    crowd = Crowd(everybody, joins)
    products = goods(here)
    talk = talking.Talk(rng, crowd, here, circle, now)
    posts = talk.write_all(posts=POSTS, comments=COMMENTS, likes=LIKES)
    trade = trading.Trade(rng, crowd, here, products, circle, now)
    orders = trade.all_orders(posts, ORDERS)
    by_place = {(p.community, p.slug): p for p in products}
    for post in posts:
        product = by_place.get((post.community, post.product))
        if product is None or product.published_at > post.at:
            post.product = ""
            post.photo = "" if post.photo == "product" else post.photo
        elif post.photo == "product":
            post.photo = product.picture
    _hang_pictures(rng, posts)
    return Plan(
        seed=seed, now=now, people=everybody, communities=here, products=products, joins=joins,
        posts=posts, orders=orders, reports=_reports(rng, crowd, posts, now),
        costs=trading.costs(rng, here, now),
        stories=_stories(circle, joins, posts, orders, now),
        talks=chat.talks(Random(seed + 1), crowd, here, now),
        willing=chat.willing(Random(seed + 2), crowd, here, now),
        discounts=growth.discounts(now), campaigns=growth.campaigns(now),
        offer=growth.offer(now),
    )  # fmt: skip


def _hang_pictures(rng: Random, posts: list[PostPlan]) -> None:
    """Photos come first in a feed: many posts show what others showed on the same subject."""
    shown: dict[tuple[str, str], list[str]] = {}
    for post in posts:
        if post.photo and post.photo not in shown.setdefault((post.community, post.subject), []):
            shown[post.community, post.subject].append(post.photo)
    for post in posts:
        fitting = shown.get((post.community, post.subject))
        if fitting and not (post.photo or post.mood or post.story) and rng.random() < 0.6:
            post.photo = rng.choice(fitting)


def _reports(rng: Random, crowd: Crowd, posts: list[PostPlan], now: datetime) -> list[ReportPlan]:
    """A few reports: some decided, one still waiting for each moderator."""
    found = []
    for slug, count in (("kiln", 4), ("four", 2), ("wax", 1)):
        some = [p for p in posts if p.community == slug and p.comments and not p.story]
        old = [p for p in some if timedelta(days=6) < now - p.at < timedelta(days=60)]
        new = [p for p in some if now - p.at < timedelta(days=5)]
        for n in range(count):
            post = rng.choice(new if n == 0 and new else old)
            place = rng.randrange(len(post.comments))
            comment = post.comments[place]
            at = min(comment.at + timedelta(hours=rng.uniform(0.5, 9)), now - timedelta(minutes=9))
            by = crowd.writer(rng, slug, comment.lang, at, without={comment.author, post.author})
            if not by or at <= comment.at:
                continue
            is_new = post in new
            found.append(
                ReportPlan(
                    post=post.key, comment=place, by=by, at=at,
                    reason=rng.choice(("spam", "unkind", "misplaced")), text="",
                    decision="" if is_new else "dismiss",
                    decided_at=None if is_new else min(at + timedelta(hours=5), now),
                )
            )  # fmt: skip
    return sorted(found, key=lambda r: (r.at, r.post))


def _stories(
    circle: who.Circle, joins: list[Any], posts: list[PostPlan], orders: list[Any], now: datetime
) -> list[Story]:
    def told(name: str) -> list[str]:
        return [p.key for p in posts if p.story.startswith(name)]

    def bought(name: str) -> list[str]:
        return [o.key for o in orders if o.story == name]

    stories = [
        Story(
            name="tea", community="kiln", people=circle.tea, posts=told("tea"),
            about="A sub-group grows its own theme: tea, on Wednesdays, mostly with one another.",
            more={"leaders": ["lan", "kenji"]},
        ),
        Story(
            name="late", community="kiln", people=sorted(circle.late.values()),
            posts=told("late"), orders=bought("late"),
            about="Two parcels are days late and unanswered; anger spreads from their threads.",
            more={"sources": [circle.late["late1"], circle.late["late2"]],
                  "spilled": [p.key for p in posts if not p.story
                              and any(c.mood == "angry" for c in p.comments)]},
        ),
        Story(
            name="drift", community="kiln", people=[k for v in circle.drift.values() for k in v],
            posts=told("drift"), more=circle.drift,
            about="Twelve lively members fall silent: over content, over products, over service.",
        ),
        Story(
            name="price", community="kiln", people=circle.price, posts=told("price"),
            orders=bought("price"), products=sorted({s for v in trading.CHEAP.values() for s in v}),
            about="They buy often, only what costs little, and speak of prices.",
        ),
        Story(
            name="chain", community="kiln", people=["sol", *circle.chain], posts=told("invite"),
            about="Sol invites, the invited invite: four steps, one tree, shares in the touches.",
            more={by: [c for c, b in circle.chain.items() if b == by]
                  for by in dict.fromkeys(circle.chain.values())},
        ),
        Story(
            name="misfit", community="four", posts=told("misfit"), orders=bought("misfit"),
            products=["birch-smoke"],
            about="A scented candle in a tea shop: two sold, one sent back, puzzled words.",
        ),
    ]  # fmt: skip
    at = {p.key: p.at for p in posts} | {o.key: o.at for o in orders}
    for story in stories:
        moments = [at[key] for key in (*story.posts, *story.orders)]
        if story.name == "chain":
            moments += [j.at for j in joins if j.invited_by]
        story.from_at, story.to_at = min(moments), max(moments)
    return stories


def digest(plan: Plan) -> str:
    """One name for everything in a plan."""
    text = json.dumps(asdict(plan), ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
