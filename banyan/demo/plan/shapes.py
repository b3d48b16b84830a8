"""What the plan of a demo world is made of: plain values, no database, no clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

EN, ZH = "en", "zh-Hans"


@dataclass(kw_only=True)
class PersonPlan:
    key: str
    name: str
    email: str
    lang: str
    bio: str = ""
    writes: tuple[str, ...] = (EN,)
    zone: str = "UTC"
    region: str = ""
    joined_at: datetime
    is_host: bool = False
    can_sign_in: bool = False
    who: str = ""  # for the table of sign-ins
    activity: float = 1.0  # how much they say, against the others
    reads: float = 1.0  # how much they like
    quiet_from: datetime | None = None  # drifted away: nothing is written from here on


@dataclass(kw_only=True)
class RatePlan:
    name: str
    lang: str
    price_minor: int
    regions: tuple[str, ...] = ()
    free_over_minor: int | None = None
    days: str = ""


@dataclass(kw_only=True)
class TopicPlan:
    slug: str
    name: str
    second_name: str


@dataclass(kw_only=True)
class CharterPlan:
    goal: str
    values: tuple[str, ...]
    conventions: tuple[str, ...]
    second_goal: str
    second_values: tuple[str, ...]
    second_conventions: tuple[str, ...]


@dataclass(kw_only=True)
class CommunityPlan:
    slug: str
    name: str
    second_name: str
    purpose: str
    second_purpose: str
    owner: str
    cover: str
    brand_h: int
    brand_c: float
    interests: tuple[str, ...]
    zone: str
    join_policy: str
    charter: CharterPlan
    earlier_charter: CharterPlan | None = None  # the first version, changed later
    charter_changed_at: datetime | None = None
    topics: tuple[TopicPlan, ...] = ()
    rates: tuple[RatePlan, ...] = ()
    roles: dict[str, str] = field(default_factory=dict)
    carriers: tuple[str, ...] = ()
    profile: dict[str, Any] = field(default_factory=dict)  # as matching.actions.change_profile
    founded_at: datetime


@dataclass(kw_only=True)
class VariantPlan:
    option: str = ""
    second_option: str = ""
    price_minor: int
    on_hand: int = 0


@dataclass(kw_only=True)
class ProductPlan:
    community: str
    slug: str
    picture: str
    title: str
    second_title: str
    line: str
    second_line: str
    details: str
    second_details: str
    category: str
    tags: tuple[str, ...]
    option_name: str = ""
    variants: list[VariantPlan]
    weight_grams: int = 500
    needs_shipping: bool = True
    ship_within_days: int = 4
    pull: float = 1.0  # how gladly it is bought, against the others
    published_at: datetime


@dataclass(kw_only=True)
class JoinPlan:
    person: str
    community: str
    at: datetime
    note: str = ""
    invited_by: str = ""
    share: str = ""
    source: str = ""
    outcome: str = "joined"  # or "waiting", "refused"
    asked_at: datetime | None = None  # where others decide
    signed_again_at: datetime | None = None  # the charter's second version
    left_at: datetime | None = None


@dataclass(kw_only=True)
class CommentPlan:
    author: str
    body: str
    lang: str
    at: datetime
    answers: int | None = None  # place of the comment it answers, within the post
    likes: list[tuple[str, datetime]] = field(default_factory=list)
    mood: str = ""


@dataclass(kw_only=True)
class PostPlan:
    key: str
    community: str
    author: str
    at: datetime
    lang: str
    subject: str
    topic: str
    title: str = ""
    body: str
    photo: str = ""
    product: str = ""
    story: str = ""
    mood: str = ""
    comments: list[CommentPlan] = field(default_factory=list)
    likes: list[tuple[str, datetime]] = field(default_factory=list)


@dataclass(kw_only=True)
class LinePlan:
    product: str
    variant: int
    quantity: int
    price_minor: int


@dataclass(kw_only=True)
class RefundPlan:
    pieces: dict[int, int]  # line -> pieces
    with_post: bool
    restock: bool
    at: datetime
    reason: str
    lang: str


@dataclass(kw_only=True)
class AddressPlan:
    name: str
    line1: str
    city: str
    postcode: str
    country: str
    phone: str = ""


@dataclass(kw_only=True)
class OrderPlan:
    key: str
    community: str
    buyer: str  # a person's key, "" for a guest
    email: str
    lang: str
    address: AddressPlan
    rate: int | None  # place in the community's rates; None needs no post
    lines: list[LinePlan]
    at: datetime
    declined_at: datetime | None = None
    paid_at: datetime | None = None
    expired_at: datetime | None = None
    cancelled_at: datetime | None = None
    packed_at: datetime | None = None
    shipped_at: datetime | None = None
    tracking: str = ""
    carrier: str = ""
    received_at: datetime | None = None
    received_by_buyer: bool = True
    completed_at: datetime | None = None
    refunds: list[RefundPlan] = field(default_factory=list)
    note: str = ""
    share: str = ""
    code: str = ""  # a coupon's, as the buyer wrote it
    deal: str = ""  # "open:mugs/4", "join:mugs/4": a place in the fourth group; "sale:bowls"
    story: str = ""


@dataclass(kw_only=True)
class DiscountPlan:
    community: str
    kind: str
    name: str
    at: datetime
    ends_at: datetime | None = None
    code: str = ""
    percent_bp: int = 0
    amount_minor: int = 0
    least_minor: int = 0
    least_pieces: int = 0
    members_only: bool = False
    first_only: bool = False
    is_shown: bool = False
    most: int | None = None
    most_each: int | None = None


@dataclass(kw_only=True)
class CampaignPlan:
    """A group buy, or a flash sale: then one step, and `size` pieces."""

    key: str
    community: str
    product: str
    steps: tuple[tuple[int, int], ...]  # (buyers, price in minor units)
    size: int
    at: datetime
    ends_at: datetime
    hours: int = 0
    kind: str = "group_buy"
    most_each: int = 1


@dataclass(kw_only=True)
class OfferPlan:
    """A commission, who takes it, who gives it up, and who is paid half of what has cleared."""

    community: str
    rate_bp: int
    cap_minor: int
    hold_days: int
    at: datetime
    accepts: tuple[str, ...]
    leaves: str
    left_at: datetime
    paid_out: str
    paid_at: datetime


@dataclass(kw_only=True)
class ReportPlan:
    post: str
    comment: int | None
    by: str
    reason: str
    text: str
    at: datetime
    decision: str = ""  # "", "hide", "dismiss"
    decided_at: datetime | None = None


@dataclass(kw_only=True)
class CostPlan:
    community: str
    kind: str
    amount_minor: int
    at: datetime
    note: str
    lang: str


@dataclass(kw_only=True)
class Story:
    """One planted truth, for those who later look for it."""

    name: str
    community: str
    about: str
    people: list[str] = field(default_factory=list)
    posts: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    products: list[str] = field(default_factory=list)
    from_at: datetime | None = None
    to_at: datetime | None = None
    more: dict[str, list[str]] = field(default_factory=dict)


@dataclass(kw_only=True)
class SaidPlan:
    author: str
    at: datetime
    body: str
    lang: str


@dataclass(kw_only=True)
class TalkPlan:
    """A conversation: in a room of a community, or between `people` only."""

    key: str
    lines: list[SaidPlan]
    community: str = ""
    room: str = ""
    people: tuple[str, ...] = ()
    name: str = ""


@dataclass(kw_only=True)
class WillingPlan:
    """Somebody who wants to be introduced, from `at` on, by what they like."""

    person: str
    community: str
    at: datetime
    likes: tuple[str, ...]


@dataclass(kw_only=True)
class Plan:
    seed: int
    now: datetime
    people: list[PersonPlan]
    communities: list[CommunityPlan]
    products: list[ProductPlan]
    joins: list[JoinPlan]
    posts: list[PostPlan]
    orders: list[OrderPlan]
    reports: list[ReportPlan]
    costs: list[CostPlan]
    stories: list[Story]
    talks: list[TalkPlan]
    willing: list[WillingPlan]
    discounts: list[DiscountPlan]
    campaigns: list[CampaignPlan]
    offer: OfferPlan

    def signs_in(self, key: str) -> bool:
        return any(one.key == key and one.can_sign_in for one in self.people)

    def texts(self) -> list[tuple[str, str]]:
        """Every post, comment and line of a conversation with its language."""
        said = [(f"{p.title}\n{p.body}", p.lang) for p in self.posts]
        said += [(line.body, line.lang) for talk in self.talks for line in talk.lines]
        return said + [(c.body, c.lang) for p in self.posts for c in p.comments]
