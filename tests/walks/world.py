"""A small, rich world, made through the product's own actions: something stands on every page.

Slow Kiln with its charter, pictures, six products, posts and comments, an order in every state,
a report, an application, costs and post; Tea at Four beside it.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import storages
from django.utils import timezone

import banyan.demo
from banyan.campaigns.actions import closing
from banyan.campaigns.actions import planning as campaigns
from banyan.campaigns.models import Team
from banyan.catalog.actions import photos as photo_verbs
from banyan.catalog.actions import products as product_verbs
from banyan.catalog.actions import variants as variant_verbs
from banyan.catalog.imports import runs
from banyan.catalog.models import Product, Variant
from banyan.catalog.tasks import index_words
from banyan.challenges import actions as challenges
from banyan.chat.actions import messages, talks
from banyan.chat.models import Room
from banyan.communities import actions as communities
from banyan.communities import places
from banyan.communities.entry import inviting
from banyan.communities.models import Member
from banyan.content.actions import comment as comments
from banyan.content.actions import keep as keeping
from banyan.content.actions import like as likes
from banyan.content.actions import pin as pins
from banyan.content.actions import poll as polls
from banyan.content.actions import post as posts
from banyan.content.actions import topic as topics
from banyan.content.models import LinkPreview, Post
from banyan.content.rules import Question
from banyan.core.models import Picture
from banyan.core.money import Money
from banyan.core.notices import Telling, tell
from banyan.core.pictures import take_picture
from banyan.culture import actions as culture
from banyan.culture import things
from banyan.culture.amendments import actions as amendments
from banyan.culture.chronicle import actions as chronicle
from banyan.culture.examples import actions as examples
from banyan.culture.experiments import actions as experiments
from banyan.culture.goals import actions as goals
from banyan.culture.queries import clauses
from banyan.culture.rituals import actions as rituals
from banyan.funding import rules as fund_rules
from banyan.funding.actions import closing as fund_closing
from banyan.funding.actions import delivering as funding_delivering
from banyan.funding.actions import planning as funding
from banyan.funding.actions import pledging
from banyan.funding.queries import others_who_may
from banyan.gatherings import actions as gatherings
from banyan.guard.actions import look as looking
from banyan.guard.actions import setup as guarding
from banyan.guard.actions import trust as trusting
from banyan.guard.models import Hold
from banyan.habits.actions import days as check_ins
from banyan.habits.actions import quests
from banyan.habits.actions import terms as habit_terms
from banyan.habits.models import Gift
from banyan.health.actions import sweep as count_days
from banyan.introductions import actions as introductions
from banyan.introductions import rules as introduced
from banyan.introductions.models import Introduction, Side
from banyan.leaves import shared
from banyan.leaves.actions import giving as leaf_giving
from banyan.leaves.actions import lots as leaf_lots
from banyan.leaves.actions import rewards as leaf_rewards
from banyan.ledger import costs
from banyan.matching import actions as matching
from banyan.matching.models import Echo
from banyan.moderation import actions as moderation
from banyan.moderation.objects import kind_of
from banyan.moderation.standing import appealing, muting, striking
from banyan.moving import actions as moving
from banyan.moving import inviting as listing
from banyan.moving import tasks as moves
from banyan.orders import queries
from banyan.orders.actions import baskets, fulfilling, paying, placing, refunding, shipping
from banyan.outreach.models import Device, Notice
from banyan.payments import hearing
from banyan.payments.models import PaymentRefund
from banyan.payments.providers import RefundWord, Word
from banyan.payments.rules import REFUND_OPEN
from banyan.people import actions as people
from banyan.people.tasks import make_export
from banyan.pricing.actions import coupons
from banyan.pricing.actions import planning as discounts
from banyan.reviews import actions as reviews
from banyan.search.tasks import sweep_words
from banyan.sellers.models import Book
from banyan.sharing import things as things_to_share
from banyan.sharing import visits
from banyan.sharing.actions import clearing, earning, linking, payouts
from banyan.sharing.models import Attribution, Doubt
from banyan.tiers.actions import ending, joining, lasting, offering
from banyan.wishes.actions import waiting, watching
from banyan.wishes.actions import wishing as wishes
from banyan.wishes.models import Wish

PICTURES = Path(banyan.demo.__file__).parent / "pictures"
FIXTURES = Path(banyan.__file__).parent / "catalog" / "tests" / "fixtures"
DAY = timedelta(days=1)
GUEST = "0123456789abcdef0123"  # what a guest's basket cookie holds
ADDRESS = placing.Address(
    name="Jonas Berg", line1="Lindenstraße 4", city="Berlin", postcode="10969", country="DE",
    phone="+49 30 1234567",
)  # fmt: skip

# slug, title, Chinese title, one line, its Chinese, minor, pieces, picture, days to ship
GOODS = [
    ("tenmoku-bowl", "Tenmoku bowl", "天目碗", "Brown at the rim, blue where it pooled.",
     "口沿一圈褐色，釉聚处泛蓝。", 26800, 9, "sk-tenmoku-bowl.jpg", 5),
    ("morning-mug", "Morning mug", "晨杯", "Two hundred and eighty millilitres, no more.",
     "280毫升，不多不少。", 9800, 12, "sk-mug.jpg", 5),
    ("moon-jar", "Moon jar", "月罐", "Two bowls joined at the waist.",
     "两只碗在腰间合成一只罐。", 188000, 0, "sk-moon-jar.jpg", 14),
    ("side-handle-pot", "Side-handle teapot", "侧把壶", "Pours in eleven seconds.",
     "十一秒出汤。", 42000, 4, "sk-teapot.jpg", 7),
    ("seconds", "Seconds, one of a kind", "次品，各有各的缺", "The flaw is in the photo.",
     "缺处都在照片里。", 4500, 30, "sk-seconds.jpg", 3),
    ("glaze-notes", "Glaze notes, 2026", "釉料笔记2026", "Sixty pages, as a file.",
     "六十页，电子版。", 3000, 99, "sk-test-tiles.jpg", None),
]  # fmt: skip
OPTIONS = [
    ("Glaze", ["Celadon 青瓷", "Tenmoku 天目"]),
    ("Size", ["Small 小", "Large 大"]),
    ("Foot", ["Raw 素", "Glazed 上釉"]),
]
POSTS = [
    ("jonas", "First light through the new shelf", "The bowl goes **there** and nowhere else.",
     "m-sk-bowl-at-home.jpg", ["tenmoku-bowl"], 0),
    ("lan", "早上的杯子", "每天早上都是它。釉色比照片里再暖一点。",
     "m-sk-morning-mug.jpg", ["morning-mug", "seconds"], 1),
    ("kenji", "What cracked this month", "Three plates, one lid. All of them thrown in a hurry.",
     None, [], 0),
    ("mei", "出窑了", "这一窑一共四十二只，次品五只，都会标明。",
     "m-sk-shelf.jpg", ["moon-jar"], 1),
    ("lan", "", "有没有人试过把釉薄薄地喷两遍？", None, [], None),
]  # fmt: skip
COMMENTS = [
    ("lan", "好看！请问是还原烧吗？"), ("jonas", "Thank you. Reduction, *cone ten*."),
    ("kenji", "Thanks to Mei for the ash."), ("mei", "谢谢大家。"),
]  # fmt: skip

CHAT = [
    ("jonas", "Good morning, is the kiln *warm*?"), ("mei", "九百度了。@Lan 下午来吗？"),
    ("lan", "来，带上新的釉。"),
]  # fmt: skip

_encoded: dict[str, dict[str, Any]] = {}  # files of one run: encoded once, shown in every world


@dataclass
class World:
    cast: SimpleNamespace
    now: datetime
    kiln: Any = None
    tea: Any = None
    members: dict[str, Any] = field(default_factory=dict)
    products: dict[str, Any] = field(default_factory=dict)
    variants: dict[str, Any] = field(default_factory=dict)
    topics: list[Any] = field(default_factory=list)
    posts: list[Any] = field(default_factory=list)
    comments: list[Any] = field(default_factory=list)
    gatherings: list[Any] = field(default_factory=list)
    orders: dict[str, Any] = field(default_factory=dict)
    baskets: dict[str, Any] = field(default_factory=dict)
    run: Any = None
    cost: Any = None
    rate: Any = None
    export: Any = None
    room: Any = None
    message: Any = None
    campaign: Any = None
    team: Any = None
    draft_campaign: Any = None
    sale: Any = None
    project: Any = None
    draft_project: Any = None
    links: dict[str, Any] = field(default_factory=dict)
    offer: Any = None
    attribution: Any = None
    payout: Any = None
    leaf_terms: Any = None
    tier: Any = None
    membership: Any = None
    thanks: Any = None
    reward: Any = None
    habit_terms: Any = None
    quest: Any = None
    level: Any = None
    gift: Any = None
    exchange: Any = None
    discount: Any = None
    draft_discount: Any = None
    coupon: Any = None
    reviews: list[Any] = field(default_factory=list)
    talk: Any = None
    change: Any = None
    said: Any = None
    challenge: Any = None
    check_in: Any = None
    goal: Any = None
    ritual: Any = None
    example: Any = None
    page: Any = None
    experiment: Any = None
    invitation: Any = None
    echo: Any = None
    hold: Any = None
    held_url: str = ""
    decisions: dict[str, Any] = field(default_factory=dict)
    appeal: Any = None
    mute: Any = None
    introduced: Any = None
    strike: Any = None
    package: Any = None
    unpacking: Any = None
    invite_list: Any = None

    def picture(self, name: str, person: Any, alt: str = "", community: Any = None) -> Any:
        about = {
            "community_id": (community or self.kiln).pk, "owner": person.pseudonym, "alt": alt,
            "lang": "en" if alt.isascii() else "zh-Hans",
        }  # fmt: skip
        if name not in _encoded:
            picture = take_picture((PICTURES / name).read_bytes(), now=self.now, **about)
            _encoded[name] = {
                part: getattr(picture, part) for part in ("width", "height", "widths", "tint")
            } | {"file": picture.file.name}
            return picture
        return Picture.objects.create(created_at=self.now, **_encoded[name], **about)


def _people(world: World) -> None:
    """Members, one who asks, one who was sent away; what Mei and Lan like."""
    now, cast = world.now, world.cast
    for name in ("jonas", "lan", "kenji", "yusuf"):
        person = getattr(cast, name)
        world.members[name] = culture.join(
            community=world.kiln, person=person, version=1, now=now - 30 * DAY
        )
    mei = world.members["mei"] = Member.objects.select_related("community", "person").get(
        community=world.kiln, person=cast.mei
    )
    communities.give_role(member=world.members["kenji"], role="moderator", by=mei, now=now)
    communities.ban(member=world.members["yusuf"], by=mei, now=now - 2 * DAY)
    communities.change_settings(
        community=world.kiln, by=cast.mei, now=now, join_policy="approval", stage="sapling",
        cover=world.picture("cover-sk-shelf.jpg", cast.mei, "Cups drying on a shelf"),
    )  # fmt: skip
    culture.join(
        community=world.kiln, person=cast.dara, version=1, now=now - DAY, lang="en",
        note="I throw on Sundays and would like to learn ash glazes.",
    )  # fmt: skip
    world.invitation = inviting.invite(
        by=mei, now=now, uses=5, note_text="Come and see the kiln.", lang="en"
    )
    matching.change_profile(
        community=world.kiln, by=cast.mei, now=now, value=["slow", "make"],
        aesthetic=["plain", "rough"], personality=["gentle"], status=["maker"], career=["craft"],
        rhythm=1, price=2,
        sample_week=[{"text": "Throwing, with the window open", "second": "开着窗拉坯"}]
        + [{"text": "", "second": ""}] * 4 + [{"text": "The kiln is opened", "second": "开窑"}],
    )  # fmt: skip
    matching.ask_how_it_is(now)
    world.echo = Echo.objects.get(member=world.members["lan"], day=14)
    people.choose_likes(person=cast.mei, keys=["ceramics", "tea"], now=now)
    people.choose_likes(person=cast.lan, keys=["ceramics", "plants"], now=now)
    world.export = people.ask_for_export(person=cast.mei, now=now)


def _places(world: World) -> None:
    cast, now = world.cast, world.now
    world.kiln = culture.found(
        founder=cast.mei, slug="kiln", name="Slow Kiln", lang="en", second_name="慢窑",
        second_lang="zh-Hans", currency="CNY", interests=["ceramics", "home"],
        purpose="People who would rather own one cup made by hand than six that were not.",
        second_purpose="宁可只要一只手做的杯子，也不要六只别的。", zone="Asia/Shanghai",
        now=now - 40 * DAY, goal="Fewer things, kept longer.", second_goal="东西少一点，留久一点。",
        values=["Make less, keep it longer.", "Show the flaw first."],
        second_values=["少做，久留。", "先看缺处。"],
        conventions=["Seconds are sold as seconds, with the flaw in the photo."],
        second_conventions=["次品就当次品卖，缺处拍在照片里。"],
    )  # fmt: skip
    world.tea = culture.found(
        founder=cast.sol, slug="four", name="Tea at Four", lang="en", second_name="四点茶",
        second_lang="zh-Hans", purpose="Somebody to talk to at four o’clock.",
        second_purpose="下午四点，有人说话。", currency="CNY", interests=["tea"],
        zone="Asia/Shanghai", now=now - 20 * DAY, brand_h=60,
    )  # fmt: skip
    cover = world.picture("cover-t4-table.jpg", cast.sol, "Four cups", community=world.tea)
    communities.change_settings(community=world.tea, by=cast.sol, now=now, cover=cover)
    culture.join(community=world.tea, person=cast.mei, version=1, now=now - 10 * DAY)


def _shelf(world: World) -> None:
    """Six products: one in three options, one sold out, one without post; and a draft."""
    mei, now = world.cast.mei, world.now - 25 * DAY
    for slug, title, second, line, second_line, price, pieces, name, days in GOODS:
        product = product_verbs.create(
            community=world.kiln, by=mei, now=now, title=title, slug=slug, price_minor=price,
            compare_minor=price + 900 if slug == "seconds" else None, on_hand=pieces,
            line=line, lang="en", description=f"{line}\n\n- Washed by hand\n- Made in *Jingdezhen*",
            second_title=second, second_line=second_line, second_lang="zh-Hans",
            second_description=second_line, needs_shipping=days is not None, weight_grams=400,
            ship_within_days=days, vendor="Mei Lin", category="Tableware", tags=["hand made"],
        )  # fmt: skip
        if slug == "tenmoku-bowl":
            variant_verbs.set_options(product=product, options=OPTIONS, by=mei, now=now)
            for n, one in enumerate(Variant.objects.filter(product=product).for_sale()):
                variant_verbs.count(variant=one, to=n % 4, seen=one.on_hand, by=mei, now=now)
        photo_verbs.hang(
            product=product, pictures=[world.picture(name, mei, title)], by=mei, now=now, alt=title
        )
        product_verbs.publish(product=product, by=mei, now=now)
        world.products[slug] = product
        world.variants[slug] = (
            Variant.objects.filter(product=product).for_sale().order_by("-on_hand")[0]
        )
    world.products["draft"] = product_verbs.create(
        community=world.kiln, by=mei, now=now, title="Incense stand", price_minor=5200, on_hand=2
    )
    world.rate = shipping.add_rate(
        community=world.kiln, by=mei, now=now, name="Parcel post", lang="en", price_minor=1200,
        free_over_minor=50000, days="3 to 5 days",
    )  # fmt: skip
    shipping.add_rate(
        community=world.kiln, by=mei, now=now, name="顺丰", lang="zh-Hans", price_minor=2500,
        regions=["CN"],
    )  # fmt: skip
    world.run = runs.begin(
        community=world.kiln, by=mei, file_name="three-options.csv", pack=None, publishing=False,
        content=(FIXTURES / "three-options.csv").read_bytes(), now=world.now,
    )  # fmt: skip


def _moves(world: World) -> None:
    """A list of people to invite, looked at; the whole community asked for."""
    mei, people = world.members["mei"], "email\nada@example.org\nbea@example.org\nnobody\n"
    world.invite_list = listing.read(
        by=mei, file_name="guests.csv", content=people.encode(), lang="en", now=world.now
    )
    world.package = moving.ask_for_package(by=mei, now=world.now)


def _file_looked_at(world: World) -> None:
    """The kiln's own file, uploaded by Mei: whole, waiting for her yes."""
    world.package.refresh_from_db()
    with storages["private"].open(world.package.file_name) as file:
        world.unpacking = moving.take_file(
            by=world.cast.mei, file_name="whole.zip", file=file, now=world.now
        )
    moves.look(unpacking_id=world.unpacking.pk)


def _talk(world: World) -> None:
    now = world.now
    for name, second in (("Making", "制作"), ("At home", "在家")):
        world.topics.append(
            topics.add(community=world.kiln, name=name, second_name=second, now=now)
        )
    for n, (who, title, body, picture, slugs, topic) in enumerate(POSTS):
        author = world.members[who]
        post = posts.publish(
            author=author, now=now - timedelta(hours=70 - 14 * n), title=title, body=body,
            photos=[world.picture(picture, author.person, title)] if picture else [],
            products=[world.products[slug] for slug in slugs],
            topic=None if topic is None else world.topics[topic],
        )  # fmt: skip
        world.posts.append(post)
    hot, quiet = world.posts[0], world.posts[2]
    for n, (who, body) in enumerate(COMMENTS):
        one = comments.comment(
            post=hot, author=world.members[who], body=body, now=now - timedelta(hours=30 - n),
            parent=world.comments[0] if n == 1 else None,
        )  # fmt: skip
        world.comments.append(one)
    world.room = Room.objects.of(world.kiln).get()
    for n, (who, body) in enumerate(CHAT):
        one = messages.send(
            room=world.room, author=getattr(world.cast, who), body=body,
            now=now - timedelta(minutes=40 - n),
        )  # fmt: skip
        if who == "mei":
            world.message = one
    world.talk = talks.begin(
        author=world.cast.lan, to=[world.cast.mei], body="周六几点开窑？", now=now - DAY
    )
    for who, kind in (("lan", "thanks"), ("kenji", "like"), ("mei", "like")):
        likes.like(thing=hot, member=world.members[who], now=now, kind=kind)
    likes.like(thing=world.comments[0], member=world.members["mei"], now=now, kind="smile")
    jonas, mei = world.members["jonas"], world.members["mei"]
    posts.edit(
        post=hot, by=jonas, now=now - timedelta(hours=29), title=hot.title,
        body="The bowl goes **there** and nowhere else, @Lan. #shelf #釉色#",
        photos=[hot.cover], products=[world.products["tenmoku-bowl"]], topic=world.topics[0],
    )  # fmt: skip
    comments.edit(
        comment=world.comments[1], by=jonas, now=now, body="Thank you. Reduction, *cone nine*."
    )
    world.comments.append(
        comments.comment(
            post=hot, author=world.members["lan"], body="@Jonas 收到，谢谢！", now=now,
            parent=world.comments[1],
        )
    )  # fmt: skip
    ask = posts.publish(
        author=jonas, now=now - timedelta(hours=2), title="Which glaze next?", body="",
        question=Question(
            choices=("Celadon", "天目", "Ash"), closes_at=now + 3 * DAY, zone="Asia/Shanghai"
        ),
    )  # fmt: skip
    world.posts.append(ask)
    LinkPreview.objects.create(
        community=world.kiln, post=hot, url="https://clay.example.org/ash", state="ready",
        title="Ash glazes", text="What wood leaves behind.", lang="en", fetched_at=now,
    )  # fmt: skip
    for who, title in (("mei", "Firing on Sunday"), ("lan", "周日开窑")):
        posts.publish(
            author=world.members[who], now=now, title=title, body="@Jonas", at=now + 2 * DAY
        )
    pins.pin(post=quiet, by=mei, now=now)
    news = topics.add(community=world.kiln, name="House news", second_name="通知", now=now)
    topics.let_post(topic=news, who="team")
    old = topics.add(community=world.kiln, name="Last year", second_name="去年", now=now)
    topics.archive(topic=old, now=now)
    polls.vote(poll=ask.poll, member=mei, choices=[1], now=now)
    keeping.save(post=hot, member=mei, now=now)
    keeping.follow_person(followed=jonas, member=mei, now=now)
    keeping.follow_topic(topic=world.topics[1], member=mei, now=now)
    keeping.follow_thread(post=quiet, member=mei, now=now)
    keeping.follow_tag(tag="shelf", member=mei, now=now)
    for kind, thing, reason in (
        ("post", quiet, "misplaced"), ("comment", world.comments[2], "spam"),
    ):  # fmt: skip
        moderation.report(
            thing=kind_of(kind).find(world.kiln, thing.public_id), reporter=world.members["lan"],
            reason=reason, now=now - timedelta(hours=3), note="这个是不是发错地方了？",
        )  # fmt: skip


def _guard(world: World) -> None:
    """Two texts that waited: one still does, one was let through; a level set by hand."""
    mei, lan, now = world.members["mei"], world.members["lan"], world.now
    guarding.choose(
        by=mei, now=now, is_on=True, threshold=6, off=[], words=["高仿", "knock-off"], needs={},
    )  # fmt: skip
    for title, body in (
        ("Cups for less", "Knock-off cups, very cheap"), ("便宜茶具", "高仿茶具，私聊领取"),
    ):  # fmt: skip
        post = posts.publish(author=lan, title=title, body=body, now=now)
        hold = Hold.objects.select_related("author__person").get(kind="post", object_id=post.pk)
        if body.isascii():
            looking.let_through(hold=hold, by=mei, now=now)
            posts.delete(post=Post.objects.get(pk=post.pk), by=lan, now=now)
        else:
            world.hold, world.held_url = hold, places.url(world.kiln, "post", id=post.public_id)
    trusting.set_level(member=lan, level=1, reason="Fires with us every week.", by=mei, now=now)
    trusting.count_community(world.kiln, now=now)


def _judged(world: World) -> None:
    """A hidden post of Jonas's, who appeals, and one of Mei's; Lan has a strike and was muted."""
    now, kenji, lan = world.now, world.members["kenji"], world.members["lan"]
    clause = clauses(world.kiln)[-1]
    for name, title in (("jonas", "Bowls, half price"), ("mei", "错发的一条")):
        post = posts.publish(author=world.members[name], title=title, now=now - 20 * DAY)
        world.decisions[name] = moderation.decide(
            thing=kind_of("post").find(world.kiln, post.public_id), verdict="hide", by=kenji,
            reason="misplaced", clause=clause.id, words="Better in the shop.", now=now - DAY,
            strike=name == "jonas",
        )  # fmt: skip
    world.appeal = appealing.appeal(
        decision=world.decisions["jonas"], person=world.cast.jonas, now=now - DAY / 2,
        words="These were for the flea market, *not* a sale.",
    )  # fmt: skip
    world.mute = muting.mute(
        member=lan, hours=24, by=kenji, now=now - 3 * DAY, reason="unkind", clause=clause.id
    )
    muting.unmute(mute=world.mute, by=kenji, now=now - 2.5 * DAY)
    lan.muted_until = None
    world.strike = striking.strike(
        member=lan, by=kenji, now=now - DAY, reason="unkind", clause=clause.id
    )


def _meet(world: World) -> None:
    """One with a waiting list, one cancelled."""
    mei, now = world.members["mei"], world.now
    for title, place in (("Glaze evening", "Workshop"), ("周末看窑", "景德镇")):
        world.gatherings.append(
            gatherings.plan(
                by=mei, title=title, place=place, link="https://meet.example.org/kiln", now=now,
                text="Bring *one* cup.", starts_at=now + 6 * DAY, capacity=1,
                ends_at=now + 6 * DAY + timedelta(hours=2),
            )
        )  # fmt: skip
    for who in ("jonas", "mei"):
        gatherings.answer(
            gathering=world.gatherings[0], member=world.members[who], answer="going", now=now
        )
    gatherings.cancel(gathering=world.gatherings[1], by=mei, reason="The road is closed.", now=now)


def put_in(world: World, person: Any, things: list[tuple[str, int]], now: datetime) -> Any:
    for slug, count in things:
        variant = Variant.objects.select_related("product").get(pk=world.variants[slug].pk)
        basket = baskets.put_in(
            community=world.kiln, variant=variant, quantity=count, person=person, now=now,
            visitor="" if person else GUEST,
        )  # fmt: skip
    return basket


def order(world: World, person: Any, things: Any, now: datetime, code: str = "") -> Any:
    """What lies in a basket of `things`, or a place in a group: (kind of deal, its key, slug)."""
    if isinstance(things, tuple):
        kind, pk, slug = things
        variant = Variant.objects.select_related("product").get(pk=world.variants[slug].pk)
        basket = baskets.for_deal(
            community=world.kiln, variant=variant, person=person, kind=kind, id=pk, now=now
        )
    else:
        basket = put_in(world, person, things, now)
    visitor = "" if person else GUEST
    counted = queries.basket_at(id=basket.public_id, person=person, visitor=visitor)
    assert counted is not None
    counted.lower(code=code, email=person.email if person else "guest@example.org", now=now)
    offer = counted.offers("DE")[0] if counted.needs_post else None
    return placing.place(
        basket_id=basket.public_id, person=person, visitor=visitor, address=ADDRESS,
        email=person.email if person else "guest@example.org",
        rate_id=offer.pk if offer else None, seen=counted.seen, lang="en", now=now,
        seen_total=counted.totals(offer.price if offer else None).total_minor,
        note="No hurry.", counted=counted, code=code,
    )  # fmt: skip


def pay(one: Any, now: datetime) -> None:
    """The provider's word that it is captured, as its callback would bring it."""
    (payment,) = paying.attempts(one)
    word = Word(payment.oid, "captured", payment.amount_minor, payment.currency, fee_minor=90)
    hearing.apply(payment, word, now=now)
    read_again(one)


def pay_back(one: Any, state: str, now: datetime) -> None:
    for back in PaymentRefund.objects.filter(payment__source_id=one.pk, state__in=REFUND_OPEN):
        word = RefundWord(back.provider_key, state, back.amount_minor, back.currency)
        hearing.settle_refund(back, word, now=now)
    read_again(one)


def read_again(one: Any) -> None:
    one.refresh_from_db()
    one.__dict__.pop("rows", None)


def _shared(world: World) -> None:
    """Links of three members to the mug and the place; Lan and Mei have accepted a commission."""
    mei, then = world.members["mei"], world.now - 22 * DAY
    mug = things_to_share.find(world.kiln, "product", world.products["morning-mug"].public_id)
    place = things_to_share.find(world.kiln, "community", world.kiln.public_id)
    assert mug is not None
    assert place is not None
    for name in ("mei", "jonas", "lan"):
        for thing in (mug, place):
            for link in linking.share(member=world.members[name], thing=thing, now=then):
                if thing is mug:
                    world.links[f"{name}-{link.channel}"] = link
    world.offer = earning.offer(
        by=mei, rate_bp=800, second_bp=0, cap_minor=5000, hold_days=7, product_ids=[], now=then
    )
    for name in ("mei", "lan"):
        earning.accept(offer=world.offer, member=world.members[name], now=then)
    linking.turn_off(link=world.links["jonas-wechat"], by=mei, now=then)


def by_link(world: World, link: Any, person: Any, at: datetime) -> Any:
    """Inside, an order of this person's came by a link."""
    seen = (visits.Seen(world.kiln.pk, link.pk, f"world-{link.pk}", at),)
    return visits.carrying(lambda: visits.Carried(seen, person.pseudonym))


def _earned(world: World) -> None:
    """What Lan's link brought: a commission, half of it on its way to her, and a doubted one."""
    world.attribution = Attribution.objects.get(order=world.orders["completed"])
    world.doubt = Doubt.objects.get(attribution__order=world.orders["held"])
    world.payout = payouts.begin(
        member=world.members["lan"], amount_minor=700, by=world.members["mei"],
        now=world.now - DAY, note="转账0731",
    )  # fmt: skip


def _trade(world: World) -> None:
    """An order in every state, and two with a refund, one of which the provider refused."""
    mei, lan, jonas = world.cast.mei, world.cast.lan, world.cast.jonas
    plan = [
        ("completed", jonas, 20), ("received", lan, 15), ("shipped", lan, 5), ("packed", jonas, 4),
        ("late", lan, 8), ("held", jonas, 7), ("refunded", jonas, 6), ("stuck", lan, 5),
        ("cancelled", jonas, 3), ("expired", lan, 2), ("paid", mei, 1), ("placed", mei, 0),
        ("guest", None, 1),
    ]  # fmt: skip
    for state, person, ago in plan:
        now = world.now - ago * DAY
        link = world.links["lan-wechat"]
        came = state in ("completed", "held")
        with by_link(world, link, person, now) if came else nullcontext():
            one = order(world, person, [("morning-mug", 1), ("seconds", 2)], now)
        world.orders[state] = one
        if state == "placed":
            continue
        if state == "expired":
            placing.expire(order=one, now=now + timedelta(minutes=16))
            continue
        pay(one, now + timedelta(minutes=2))
        later = now + timedelta(hours=5)
        if state == "cancelled":
            refunding.cancel(order=one, by=person, now=later, by_buyer=True)
            pay_back(one, "executed", later)
        elif state in ("refunded", "stuck"):
            refunding.refund(
                order=one, pieces={one.rows[0].pk: 1}, with_post=False, restock=True, by=mei,
                now=later, reason="A chip at the rim", lang="en",
            )  # fmt: skip
            pay_back(one, "executed" if state == "refunded" else "failed", later)
        elif state not in ("paid", "late", "guest"):
            fulfilling.pack(order=one, by=mei, now=later)
            if state != "packed":
                fulfilling.ship(order=one, by=mei, now=later, carrier="DHL", tracking="JD014600")
            if came or state == "received":
                fulfilling.receive(order=one, by=person, now=later + 4 * DAY, by_buyer=False)
            if came:
                fulfilling.complete(order=one, now=later + 4 * DAY)
            if state == "completed":  # before Lan orders to the same address, which is doubted
                clearing.clear_due(now=world.now - 8 * DAY)
        read_again(one)
    for name in ("mei", "jonas", "guest"):
        things = [("morning-mug", 1), ("side-handle-pot", 1)]
        world.baskets[name] = put_in(world, getattr(world.cast, name, None), things, world.now)
    book = Book.objects.get(community=world.kiln)
    for kind, minor, words in (
        ("technology", 6400, "Server, November"), ("logistics", 18000, "纸箱两百只"),
    ):  # fmt: skip
        world.cost = costs.note(
            book=book, kind=kind, amount=Money(minor, "CNY"), spent_on=date(2026, 11, 3),
            text=words, paid_from="owner", by=UUID(str(mei.pseudonym)), key=kind, now=world.now,
        )  # fmt: skip


def _together(world: World) -> None:
    """A change that is open, a challenge, goal, ritual, example, a line of history."""
    now, mei, lan = world.now, world.members["mei"], world.members["lan"]
    world.change = amendments.propose(
        community=world.kiln, by=mei, now=now, why="Longer says it better.", after_version=1,
        goal="Fewer things, kept for good.", values=["Make less, keep it longer."],
        conventions=["Seconds are sold as seconds, with the flaw in the photo."],
        second_goal="东西少一点，一直留着。", second_values=["少做，久留。"],
        second_conventions=["次品就当次品卖，缺处拍在照片里。"],
    )  # fmt: skip
    world.said = amendments.comment(amendment=world.change, member=lan, body="我赞成。", now=now)
    world.challenge = challenges.announce_challenge(
        community=world.kiln, by=mei, now=now - 5 * DAY, title="30 cups in 30 days", days=30,
        starts_on=(now - 4 * DAY).date(), needed_days=27, teams=["Wheel", "Coil"], slug="cups",
        second_title="三十天三十只杯", about="One cup a day.", second_about="一天一只杯。",
        reward="A test tile", second_reward="一片试片", paid_by="Slow Kiln",
        second_paid_by="慢窑",
    )  # fmt: skip
    challenges.start(world.challenge, now=now - 3 * DAY)
    for name in ("jonas", "lan"):
        member = world.members[name]
        challenges.join(challenge=world.challenge, member=member, now=now - 3 * DAY)
        world.check_in = challenges.check_in(
            challenge=world.challenge, member=member, now=now - 2 * DAY, words="歪的一只"
        )
    world.goal = goals.set_goal(
        community=world.kiln, by=mei, now=now - 6 * DAY, title="Twenty posts",
        second_title="二十篇帖子", measure="posts", target=20, starts_at=now - 6 * DAY,
        ends_at=now + 9 * DAY,
    )  # fmt: skip
    goals.settle(world.goal, now=now)
    world.ritual = rituals.begin(
        community=world.kiln, by=mei, now=now, title="Tea on Wednesday", words="Come.",
        second_title="周三茶局", second_words="来吧。", weekday=2, hour=20,
    )  # fmt: skip
    rituals.volunteer(ritual=world.ritual, member=lan, now=now)
    rituals.volunteer(ritual=world.ritual, member=world.members["jonas"], now=now)
    thing = things.kind_of("post").find(world.kiln, world.posts[0].public_id)
    values = [one.id for one in clauses(world.kiln) if one.kind == "value"]
    for name, post in (("lan", world.posts[0]), ("jonas", world.posts[1])):
        thing = things.kind_of("post").find(world.kiln, post.public_id)
        world.example = examples.nominate(
            thing=thing, clause=values[0], by=world.members[name], why="就该这样。", now=now
        )
        if name == "lan":
            examples.accept(example=world.example, by=mei, now=now)
    world.page = chronicle.add(
        community=world.kiln, by=mei, now=now, title="The kiln cracked", second_title="窑裂了",
        at=now - DAY,
    )  # fmt: skip
    chronicle.read_log(now=now, lag=-DAY)
    world.experiment = experiments.start(
        community=world.kiln, by=mei, now=now, subject="goal", subject_id=world.goal.pk,
        mode="staggered", days=7,
    )  # fmt: skip


def _bought_together(world: World) -> None:
    """A group buy that runs, with Jonas's group in it; one that closed; a draft."""
    mei, now = world.members["mei"], world.now
    product = Product.objects.with_currency().get(pk=world.products["seconds"].pk)
    price = world.variants["seconds"].price_minor
    terms = {
        "steps": [(2, price - 200), (3, price - 500)], "size": 3, "hours": 48,
        "starts_at": now - DAY, "ends_at": now + 6 * DAY,
    }  # fmt: skip
    world.campaign = campaigns.draft(product=product, by=mei, now=now - DAY, most_each=2, **terms)
    campaigns.put_up(campaign=world.campaign, by=mei, now=now - DAY)
    jonas, lan = world.cast.jonas, world.cast.lan
    first = order(world, jonas, ("group-open", world.campaign.pk, "seconds"), now - DAY)
    pay(first, now - DAY)
    over = Team.objects.get(seats__order=first)
    pay(order(world, lan, ("group-join", over.pk, "seconds"), now - DAY), now - DAY)
    closing.close(team=over, now=now - DAY, by_seller=mei)
    closing.settle(team_id=over.pk, now=now - DAY)
    world.orders["group"] = order(
        world, jonas, ("group-open", world.campaign.pk, "seconds"), now - DAY / 24
    )
    pay(world.orders["group"], now - DAY / 24)
    world.team = Team.objects.get(seats__order=world.orders["group"])
    world.draft_campaign = campaigns.draft(product=product, by=mei, now=now, **terms)
    _for_a_short_time(world)


def _funded(world: World) -> None:
    """A project that is live, one that is being made and shown, one that fell short, a draft."""
    mei, now, members = world.members["mei"], world.now, world.members
    rewards = [
        fund_rules.RewardPlan("A tile", "Ten by ten", 5000, None, (now + 99 * DAY).date(), False),
        fund_rules.RewardPlan("The first bowl", "Signed", 20000, 3, (now + 99 * DAY).date(), True),
    ]
    parts = [fund_rules.MilestonePlan("Bricks", 4000), fund_rules.MilestonePlan("Sent", 6000)]
    made = []
    for title, goal in (("A second kiln", 90000), ("A book of glazes", 20000), ("一座大窑", 10**8)):
        one = funding.draft(
            community=world.kiln, by=mei, title=title, story="We build it _together_.", now=now,
            goal_minor=goal, ends_at=now + 9 * DAY, rewards=rewards, milestones=parts,
        )  # fmt: skip
        made.append(one)
        if title != made[0].title:
            funding.send(project=one, by=mei, now=now)
            looks = others_who_may(one).select_related("person").first() or mei
            funding.let_live(project=one, by=looks, now=now)
            for who, place, minor in (("jonas", 1, 22000), ("lan", 0, 5000)):
                reward = one.rewards.get(position=place + 1)
                begun = pledging.begin(
                    project=one, reward=reward, member=members[who], amount_minor=minor, now=now,
                    address=ADDRESS, key="1", lang="en",
                )  # fmt: skip
                word = Word(begun.payment.oid, "captured", minor, "CNY")
                hearing.apply(begun.payment, word, now=now)
            one.refresh_from_db()
            type(one).objects.filter(pk=one.pk).update(ends_at=now)
    fund_closing.keep_time(now=now)
    fund_closing.keep_time(now=now + 3 * DAY)
    book = made[1]
    funding_delivering.show(
        milestone=book.milestones.get(position=1), by=mei, evidence="All tiles are fired.",
        picture=None, now=now,
    )  # fmt: skip
    world.project = book
    world.draft_project = made[0]


def _for_a_short_time(world: World) -> None:
    """A flash sale of the bowl: Lan has bought in it."""
    mei, now = world.members["mei"], world.now
    bowl = Product.objects.with_currency().get(pk=world.products["tenmoku-bowl"].pk)
    world.sale = campaigns.draft(
        product=bowl, by=mei, now=now - DAY, kind="flash_sale", size=8, most_each=2,
        steps=[(1, bowl.price_from_minor - 900)], starts_at=now - DAY, ends_at=now + 2 * DAY,
    )  # fmt: skip
    campaigns.put_up(campaign=world.sale, by=mei, now=now - DAY)
    kenji = world.cast.kenji
    pay(order(world, kenji, ("flash-sale", world.sale.pk, "tenmoku-bowl"), now - DAY / 2), now)


def _reviewed(world: World) -> None:
    """Two buyers of the mug, one with a photo, one answered; what was said of seconds is hidden."""
    now, mug, seconds = world.now, world.products["morning-mug"], world.products["seconds"]
    jonas, lan = world.members["jonas"], world.members["lan"]
    shot = take_picture(
        (PICTURES / "m-sk-morning-mug.jpg").read_bytes(), community_id=world.kiln.pk,
        owner=jonas.person.pseudonym, alt="The mug on a wet table", lang="en", now=now,
    )  # fmt: skip
    said = [
        (mug, jonas, 5, "Holds its heat until the second page, and the foot is _dry_.", [shot]),
        (mug, lan, 3, "釉色很好看，就是比想象中小一点。", []),
        (seconds, jonas, 4, "The flaw is where the photo says it is.", []),
    ]
    for product, author, stars, body, photos in said:
        world.reviews.append(
            reviews.write(
                product=product, author=author, stars=stars, body=body, photos=photos, now=now - DAY
            )
        )
    mine, theirs, hidden = world.reviews
    reviews.find_helpful(review=mine, member=lan, on=True, now=now)
    reviews.answer(review=theirs, by=world.members["mei"], body="下一窑会再大一圈。", now=now)
    kind_of("review").hide(world.kiln, hidden.pk, now)


def _wished(world: World) -> None:
    """Mei and Jonas wish for everything: dearer, cheaper, sold out, to choose; five for the mug."""
    now, waits = world.now - DAY, Variant.objects.select_related("product")
    for person in (world.cast.mei, world.cast.jonas):
        for slug in world.products.keys() - {"draft"}:
            product = Product.objects.with_currency().get(pk=world.products[slug].pk)
            wishes.wish(product=product, person=person, now=now)
        for variant in waits.filter(product__state="published", on_hand=0, retired_at=None):
            waiting.ask(variant=variant, person=person, now=now)
        watching.ask(product=world.products["morning-mug"], person=person, now=now)
    Wish.objects.filter(product=world.products["morning-mug"]).update(price_minor=9900)
    Wish.objects.filter(product=world.products["seconds"]).update(price_minor=900)
    for name in ("lan", "kenji", "yusuf"):
        wishes.wish(
            product=world.products["morning-mug"], person=getattr(world.cast, name), now=now
        )


def _cheaper(world: World) -> None:
    """A coupon that members take, which Jonas has and Lan has used; a draft."""
    mei, now = world.members["mei"], world.now
    terms: dict[str, Any] = {
        "kind": "coupon", "percent_bp": 1000, "most": 50, "most_each": 1, "is_shown": True,
        "starts_at": now - DAY, "ends_at": now + 6 * DAY,
    }  # fmt: skip
    world.discount = discounts.draft(by=mei, now=now, name="Welcome", code="WELCOME", **terms)
    discounts.activate(discount=world.discount, by=mei, now=now)
    world.draft_discount = discounts.draft(by=mei, now=now, name="三件", code="THREE", **terms)
    world.coupon = coupons.take(discount=world.discount, member=world.members["jonas"], now=now)
    world.orders["with_a_code"] = order(
        world, world.cast.lan, [("morning-mug", 1)], now, code="WELCOME"
    )
    pay(world.orders["with_a_code"], now)


def _leaves(world: World) -> None:
    """Thank-yous to use and to wait for, one that lapsed, a reward taken and one handed over."""
    now, mei = world.now, world.members["mei"]
    jonas, lan, kenji = (world.members[name] for name in ("jonas", "lan", "kenji"))
    terms: dict[str, Any] = {
        "month_minor": 5000, "thanks_minor": 120, "thanks_a_month": 9, "order_bp": 200,
        "hold_days": 7, "expires_days": 30,
    }  # fmt: skip
    leaf_giving.change_terms(by=mei, now=now - 60 * DAY, **terms)
    world.leaf_terms = leaf_giving.change_terms(
        by=mei, now=now - 50 * DAY, **terms | {"month_minor": 12000}
    )
    first, second, third, *_more, fourth, _poll = world.posts
    for giver, thing, ago in (
        (jonas, fourth, 40), (kenji, first, 6), (lan, first, 5), (kenji, second, 4),
        (lan, third, 2), (jonas, second, 1), (mei, first, 1),
    ):  # fmt: skip
        at = now - ago * DAY
        world.thanks = leaf_giving.thank(by=giver, kind="post", thing=thing, now=at)
        leaf_lots.clear_due(now=at + 3 * DAY if ago > 3 else now)
    leaf_lots.expire_due(now=now)
    world.reward = leaf_rewards.put_up(
        by=mei, title="A test tile of the last firing", words="At the next gathering, or by post.",
        price_minor=100, stock=5, now=now,
    )  # fmt: skip
    leaf_rewards.put_up(
        by=mei, title="跟窑一天", words="和林梅一起看一次开窑。", price_minor=800, stock=1, now=now
    )
    world.exchange = leaf_rewards.exchange(
        reward=world.reward, by=jonas, key="world", price_minor=100, now=now
    )
    handed = leaf_rewards.exchange(
        reward=world.reward, by=lan, key="world", price_minor=100, now=now
    )
    leaf_rewards.hand_over(exchange=handed, by=mei, now=now)
    shared.keep(world.kiln, now=now)


def _habits(world: World) -> None:
    """Eight days of Jonas with one that grace mended, quests done and half done, three levels."""
    now, mei, jonas = world.now, world.members["mei"], world.members["jonas"]
    given = {"is_on": True, "day_minor": 5, "week_minor": 30, "month_minor": 100, "day_points": 2,
             "point_minor": 10_000}  # fmt: skip
    habit_terms.change_terms(by=mei, now=now - 30 * DAY, **given | {"day_minor": 3})
    world.habit_terms = habit_terms.change_terms(by=mei, now=now - 30 * DAY, **given)
    for name, second, points in (
        ("Newcomer", "新叶", 0), ("Regular", "常客", 15), ("Pillar", "栋梁", 200)
    ):  # fmt: skip
        world.level = habit_terms.set_level(
            by=mei, now=now, name=name, second_name=second, from_points=points
        )
    for name, second, act, number, period, minor in (
        ("Show what you made", "晒晒你的作品", "posts", 1, "once", 40),
        ("Two posts in a week", "一周两帖", "posts", 2, "weekly", 20),
        ("Bring one home", "带一件回家", "orders", 1, "once", 60),
    ):  # fmt: skip
        world.quest = quests.put_up(
            by=mei, act=act, number=number, period=period, minor=minor, points=5,
            now=now - 30 * DAY, name=name, second_name=second,
        )  # fmt: skip
    for ago in (10, 9, 8, 7, 6, 5, 4, 2, 1):
        check_ins.check_in(member=jonas, now=now - ago * DAY)
    check_ins.check_in(member=world.members["lan"], now=now - 1 * DAY)
    world.gift = Gift.objects.filter(member=world.members["lan"], day__isnull=False).get()
    quests.settle_here(world.kiln, now=now)
    habit_terms.recount_here(world.kiln.pk, now=now)


def _paid_levels(world: World) -> None:
    """Two levels; Jonas in the second, Lan up for renewal, Kenji ended."""
    now, mei = world.now, world.members["mei"]
    made = [
        offering.make(by=mei, now=now - 80 * DAY, **terms)
        for terms in (
            {"name": "Friends of the kiln", "words": "Firing notes, and a tenth off seconds.",
             "level": 1, "month_minor": 3000, "year_minor": 30000, "trial_days": 14},
            {"name": "窑友", "words": "看开窑，先挑。", "level": 2, "month_minor": 9000,
             "year_minor": None, "trial_days": 0},
        )
    ]  # fmt: skip
    for tier in made:
        offering.turn(tier=tier, to="on", by=mei, now=now - 80 * DAY)
    world.tier = made[0]
    for name, ago in (("jonas", 12), ("lan", 33), ("kenji", 40)):
        at = now - ago * DAY
        bill = joining.ask(
            why="join", tier=made[0], period="month", payer=world.members[name],
            member=world.members[name], price_minor=3000, key="world", now=at,
        )  # fmt: skip
        payment = joining.pay(bill=bill, now=at)
        hearing.apply(payment, Word(payment.oid, "captured", 3000, "CNY"), now=at)
        if name == "kenji":
            lasting.settle_due(now=at + 10 * DAY)
            ending.end(one=joining.living(bill.member_id), by=mei, now=at + 10 * DAY)
        if name == "jonas":
            world.membership = joining.living(bill.member_id)
    lasting.settle_due(now=now)


def _introduced(world: World) -> None:
    """Mei and Kenji, who both named tea; and enough pairs of earlier days for a result."""
    now, two = world.now, [world.members["mei"], world.members["kenji"]]
    people.choose_likes(person=world.cast.kenji, keys=["tea"], now=now)
    for member in two:
        introductions.turn_on(member=member, now=now)
    row = Introduction.objects.create(
        community=world.kiln, pair="mei:kenji", drawn_at=now, closes_at=now + introduced.OPEN
    )
    world.introduced, _theirs = (
        Side.objects.create(
            community=world.kiln, introduction=row, member=one, other=other, interest="tea",
            drawn_at=now,
        )
        for one, other in (two, two[::-1])
    )  # fmt: skip
    Introduction.objects.bulk_create(
        Introduction(
            community=world.kiln, pair=f"{n}:{state}", state=state, drawn_at=now - 31 * DAY,
            closes_at=now - 17 * DAY, settled_at=now, has_tie=n < tied,
        )
        for state, number, tied in ((introduced.OVER, 96, 40), (introduced.HELD, 32, 6))
        for n in range(number)
    )  # fmt: skip


def _told(world: World) -> None:
    """What Mei and Jonas were told, some of it gathered and some read; a device of Mei's."""
    post = world.posts[0]
    for n, (topic, title, lang, actor) in enumerate(
        [
            ("reply", "First light through the new shelf", "en", "lan"),
            ("reply", "First light through the new shelf", "en", "kenji"),
            ("like", "早上的杯子", "zh-Hans", "lan"), ("application", "Slow Kiln", "en", "dara"),
            ("order", "T-2345AB", "", ""), ("report", "Slow Kiln", "en", ""),
        ]
    ):  # fmt: skip
        tell(
            Telling(
                topic=topic, key=f"told:{n}", thing=("comment", n), about=(topic, post.pk),
                url="/kiln/", title=title, lang=lang, community_id=world.kiln.pk,
                actor_id=getattr(world.cast, actor).pk if actor else None,
            ),
            to=[world.cast.mei.pk, world.cast.jonas.pk],
            now=world.now - timedelta(hours=6 - n),
        )  # fmt: skip
    Notice.objects.filter(topic="report").update(read_at=world.now)
    Device.objects.create(
        person=world.cast.mei, endpoint="https://fcm.googleapis.com/x", digest="x", p256dh="x",
        auth="x", label="Chrome, Linux", added_at=world.now,
    )  # fmt: skip


def build(cast: SimpleNamespace, now: datetime) -> World:
    world = World(cast=cast, now=now)
    for part in (
        _places, _people, _shelf, _talk, _judged, _guard, _meet, _shared, _trade, _earned,
        _together, _introduced, _bought_together, _funded, _reviewed, _wished, _cheaper, _leaves,
        _habits, _paid_levels, _moves, _told,
    ):  # fmt: skip
        part(world)
    return world


@pytest.fixture
def world(cast: SimpleNamespace) -> World:
    """The world as of this moment: the pages read the real clock."""
    made = build(cast, timezone.now())
    # Of the jobs only these: the sweeps would move orders on.
    make_export(export_id=made.export.pk)
    index_words(community_id=made.kiln.pk)
    sweep_words()
    count_days(made.kiln, now=made.now)
    moves.make_package(package_id=made.package.pk)
    _file_looked_at(made)
    made.export.refresh_from_db()
    return made
