"""TRUST 10: whatever people type is shown as text. 100 payloads in posts, comments, names,
descriptions of photos, topics, products, reports and verdicts, read in Chromium: none runs, none
is even tried (the policy would say so), and none becomes a tag, a handler or a script address."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from banyan.communities.places import url

pytestmark = [
    pytest.mark.browser, pytest.mark.trust, pytest.mark.django_db(transaction=True),
]  # fmt: skip

_BREAKS = [
    "",
    '">',
    "'>",
    "-->",
    "</title>",
    "</textarea>",
    "</script>",
    "</h3></article>",
    "]]>",
    "`>",
]
_TAGS = [
    "<script>boom({n})</script>",
    "<img src=x onerror=boom({n})>",
    "<svg/onload=boom({n})>",
    "<iframe srcdoc='<script>parent.boom({n})</script>'>",
    "<details open ontoggle=boom({n})>",
    "<input autofocus onfocus=boom({n})>",
    "<a href=javascript:boom({n})>x</a>",
    "<style onload=boom({n})></style>",
]
_WORDS = [
    "[x](javascript:boom({n}))",
    "[x](JaVaScRiPt:boom({n}))",
    "[x](java\tscript:boom({n}))",
    "[x](&#106;avascript:boom({n}))",
    "[x](data:text/html,<script>boom({n})</script>)",
    "![x](x\" onerror=\"boom({n}))",
    "[x](https://a.example/\"onmouseover=\"boom({n}))",
    "<javascript:boom({n})>",
    "`<img src=x onerror=boom({n})>`",
    "[x]: javascript:boom({n})\n\n[x]",
    "{{{{constructor.constructor('boom({n})')()}}}}",
    "<math><mtext></p><img src onerror=boom({n})>",
    "\" autofocus onfocus=boom({n}) x=\"",
    "' onmouseenter='boom({n})",
    "&lt;script&gt;boom({n})&lt;/script&gt;",
    "\\u003cscript\\u003eboom({n})\\u003c/script\\u003e",
    "<<script>boom({n})//<</script>",
    "<scr<script>ipt>boom({n})</scr</script>ipt>",
    "\ue000likes1\ue000<b onclick=boom({n})>",
    "--form-key--\"><script>boom({n})</script>",
]  # fmt: skip
# For bin/soak: elements, moments, spellings and places of a tag that lists of such things name.
_MORE_TAGS = [
    "<video><source onerror=boom({n})>",
    "<video src=x onloadstart=boom({n})></video>",
    "<audio src onerror=boom({n})></audio>",
    "<body onload=boom({n})>",
    "<body onpageshow=boom({n})>",
    "<select autofocus onfocus=boom({n})></select>",
    "<textarea autofocus onfocus=boom({n})></textarea>",
    "<button autofocus onfocus=boom({n}) type=button>x</button>",
    "<keygen autofocus onfocus=boom({n})>",
    "<marquee onstart=boom({n})>x</marquee>",
    "<object data=javascript:boom({n})></object>",
    "<embed src=javascript:boom({n})>",
    "<form action=javascript:boom({n})><input type=submit></form>",
    "<form><button formaction=javascript:boom({n})>x</button></form>",
    "<isindex action=javascript:boom({n}) type=submit>",
    "<base href=javascript:boom({n})//>",
    "<meta http-equiv=refresh content=0;url=javascript:boom({n})>",
    "<link rel=stylesheet href=javascript:boom({n})>",
    "<svg><script>boom({n})</script></svg>",
    "<svg><animate onbegin=boom({n}) attributeName=x dur=1s>",
    "<svg><set onbegin=boom({n}) attributeName=x to=0>",
    "<svg><a xlink:href=javascript:boom({n})><text y=20>x</text></a></svg>",
    "<svg><use href=data:image/svg+xml,%3Csvg%20onload=boom({n})%3E#x>",
    "<svg><foreignObject><body onload=boom({n})></foreignObject></svg>",
    "<math><maction actiontype=statusline xlink:href=javascript:boom({n})>x</maction></math>",
    "<math href=javascript:boom({n})>x</math>",
    "<img src=x:x onerror\n=boom({n})>",
    "<img/src=x/onerror=boom({n})>",
    "<IMG SRC=x OnErRoR=boom({n})>",
    "<img src=x onerror=&#98;oom({n})>",
    "<img src=`x` onerror=`boom({n})`>",
    "<img srcset=x onerror=boom({n})>",
    "<image href=x onerror=boom({n})>",
    "<div style=animation-name:x onanimationstart=boom({n})>x</div>",
    "<div onpointerover=boom({n}) style=position:fixed;inset:0>x</div>",
    "<x contenteditable onblur=boom({n})>x</x>",
    "<dialog open onclose=boom({n})><form method=dialog><button>x</button></form></dialog>",
    "<template><script>boom({n})</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=boom({n})>'></noscript>",
    "<!--><img src=x onerror=boom({n})>-->",
]
SOAK = os.environ.get("BANYAN_SOAK") == "1"
_SHAPES = [cut + tag for cut in _BREAKS for tag in _TAGS] + _WORDS
if SOAK:
    _SHAPES += [cut + tag for cut in _BREAKS for tag in _MORE_TAGS]
PAYLOADS = [shape.format(n=n) for n, shape in enumerate(_SHAPES)]

WATCH = """
window.ran = [];
window.boom = (n) => window.ran.push(n);
for (const name of ["alert", "confirm", "prompt"]) window[name] = () => window.ran.push(name);
document.addEventListener("securitypolicyviolation", (e) =>
  window.ran.push(`${e.violatedDirective} ${e.sample}`));
"""
FOUND = """() => {
  const ours = location.origin + "/static/";
  const plain = ["application/json", "application/ld+json"];
  const addresses = ["href", "src", "action", "formaction", "xlink:href"];
  const runs = /^\\s*((java|vb)script:|data:text)/i;
  const isBad = (element) =>
    ["IFRAME", "OBJECT", "EMBED", "BASE", "MATH"].includes(element.tagName) ||
    (element.tagName === "SCRIPT" &&
      !element.src.startsWith(ours) && !plain.includes(element.type)) ||
    [...element.attributes].some(({ name, value }) =>
      /^on|^srcdoc$/i.test(name) || (addresses.includes(name) && runs.test(value)));
  const bad = [...document.querySelectorAll("*")].filter(isBad);
  return [...window.ran, ...bad.map((element) => element.outerHTML.slice(0, 200))];
}"""


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 50), (150, 170, 150)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def poisoned(kiln: Any, cast: Any, new_person: Any, member_of: Any, now: Any) -> list[str]:
    """Every payload stored everywhere; the addresses of the pages that show them."""
    from banyan.catalog.models import Product, Variant
    from banyan.chat.actions import messages
    from banyan.chat.models import Message, Room
    from banyan.communities import actions as communities
    from banyan.content.actions import post as posts
    from banyan.content.actions import topic as topics
    from banyan.content.actions.comment import comment
    from banyan.core.pictures import take_picture
    from banyan.guard.actions import look as looking
    from banyan.guard.models import Hold
    from banyan.moderation import actions as moderation
    from banyan.moderation.objects import kind_of

    authors = []
    for n, payload in enumerate(PAYLOADS[:10]):
        person = new_person(payload[:60], email=f"p{n}@example.org")
        communities.join(community=kiln, person=person, now=now)
        authors.append(member_of(kiln, person))
    for n in range(3):
        topics.add(community=kiln, name=PAYLOADS[n][:40], second_name=PAYLOADS[-n][:40], now=now)
    made = []
    for n, payload in enumerate(PAYLOADS):
        author = authors[n % 10]
        product = Product.objects.create(
            community=kiln, slug=f"p-{n}", handle=f"p-{n}", title=payload, line=payload,
            state="published", price_from_minor=100, published_at=now,
        )  # fmt: skip
        Variant.objects.create(community=kiln, product=product, price_minor=100, on_hand=5)
        photo = take_picture(
            jpeg(), community_id=kiln.pk, owner=author.person.pseudonym, now=now, alt=payload
        )
        made.append(
            posts.publish(
                author=author, title=payload if n % 3 else "",
                body="\n\n".join(PAYLOADS[n - n % 10 : n - n % 10 + 10]),
                photos=[photo] if n % 2 else [], products=[product],
                now=now - timedelta(hours=len(PAYLOADS) - n),
            )
        )  # fmt: skip
        comment(
            post=made[0], author=author, body=payload, now=now - timedelta(hours=len(PAYLOADS) - n)
        )
    kenji = member_of(kiln, cast.kenji)
    for hold in Hold.objects.of(kiln).filter(state="waiting").select_related("author__person"):
        looking.let_through(hold=hold, by=kenji, now=now)  # it does look like advertising
    room = Room.objects.of(kiln).get()
    for n, payload in enumerate(PAYLOADS):
        by = authors[n % 10].person
        words = f"{payload} @{authors[(n + 1) % 10].person.name}"
        messages.send(
            room=room, author=by, body=words, now=now - timedelta(hours=len(PAYLOADS) - n)
        )
    Room.objects.filter(pk=room.pk).update(name=PAYLOADS[0][:40], second_name=PAYLOADS[1][:40])
    for post in made[:10]:
        thing = kind_of("post").find(kiln, post.public_id)
        reporter = member_of(kiln, cast.jonas)
        moderation.report(thing=thing, reporter=reporter, reason="spam", note=post.title, now=now)
    more = _poison_more(kiln, member_of(kiln, cast.mei), authors, made, now)
    hidden = kind_of("post").find(kiln, made[5].public_id)
    moderation.decide(
        thing=hidden, verdict="hide", reason="spam", words=PAYLOADS[5],
        by=member_of(kiln, cast.kenji), now=now,
    )  # fmt: skip
    post_pages = [url(kiln, "post", id=post.public_id) for post in (*made[::10], *made[1::10])]
    feed_pages = [url(kiln, "community"), url(kiln, "community") + "?feed=new", "/"]
    return [
        *feed_pages,
        *post_pages,
        *more,
        url(kiln, "members"),
        url(kiln, "shop"),
        *[url(kiln, "product", slug=f"p-{n}") for n in (0, 1, 2, 84, 99)],
        url(kiln, "post-new"),
        url(kiln, "chat"),
        url(kiln, "chat-room", id=room.public_id),
        url(kiln, "chat-room", id=room.public_id)
        + f"?before={Message.objects.order_by('pk')[50].pk}",
        f"/studio/{kiln.slug}/chat",
        f"/studio/{kiln.slug}/content",
        f"/studio/{kiln.slug}/content?tab=all",
        f"/studio/{kiln.slug}/content?tab=hidden",
        f"/studio/{kiln.slug}/today",
        f"/studio/{kiln.slug}/topics",
        url(kiln, "report", kind="post", id=made[1].public_id),
        f"{url(kiln, 'post', id=made[0].public_id)}?reply=",
        "/kiln/search?q=boom",
        "/kiln/search?q=%22%3E%3Cscript%3Eboom(1)%3C/script%3E",
        "/search?q=boom&tab=products",
    ]


def _poison_more(kiln: Any, mei: Any, authors: list[Any], made: list[Any], now: Any) -> list[str]:
    """Choices, earlier words, previews, names after an @, waiting posts, dates; and their pages."""
    from banyan.content.actions import comment as comments
    from banyan.content.actions import keep
    from banyan.content.actions import post as posts
    from banyan.content.models import LinkPreview
    from banyan.content.rules import Question
    from banyan.gatherings import actions as gatherings
    from banyan.health.actions import sweep as count_days

    later = now + timedelta(days=170)
    asked = posts.publish(
        author=authors[0], now=now, title=PAYLOADS[2], body=f"@{authors[1].person.name} #a\"b",
        question=Question(choices=tuple(p[:70] for p in PAYLOADS[:8]), closes_at=later),
    )  # fmt: skip
    posts.edit(post=asked, by=authors[0], now=now, title=PAYLOADS[3], body="\n".join(PAYLOADS[:30]))
    LinkPreview.objects.create(
        community=kiln, post=asked, url=f"https://x.example/{PAYLOADS[4]}", state="ready",
        title=PAYLOADS[5], text=PAYLOADS[6], fetched_at=now,
    )  # fmt: skip
    said = comments.comment(post=asked, author=authors[1], body=PAYLOADS[7], now=now)
    comments.edit(comment=said, by=authors[1], body=f"@{authors[2].person.name}", now=now)
    posts.publish(
        author=mei, now=now, title=PAYLOADS[8], body=PAYLOADS[9], at=now + timedelta(days=9)
    )
    keep.save(post=made[1], member=mei, now=now)
    keep.follow_thread(post=made[1], member=mei, now=now)
    keep.follow_person(followed=authors[3], member=mei, now=now)
    date = gatherings.plan(
        by=mei, title=PAYLOADS[10][:110], text="\n\n".join(PAYLOADS[10:30]), now=now,
        place=PAYLOADS[11], link="https://x.example/", starts_at=now + timedelta(days=200),
        ends_at=now + timedelta(days=200, hours=1),
    )  # fmt: skip
    gatherings.answer(gathering=date, member=authors[0], answer="going", now=now)
    gatherings.answer(gathering=date, member=mei, answer="going", now=now)
    count_days(kiln, now=now)
    health = f"/studio/{kiln.slug}/health"
    return [
        f"{health}/people?which=members",
        f"{health}/posts?which=all",
        f"{health}/comments?days=365",
        url(kiln, "post", id=asked.public_id),
        url(kiln, "post-history", id=asked.public_id),
        url(kiln, "comment-history", id=said.public_id),
        url(kiln, "comment-react", id=said.public_id),
        url(kiln, "member", id=authors[0].public_id),
        url(kiln, "scheduled"),
        url(kiln, "community") + "?feed=following",
        url(kiln, "gatherings"),
        url(kiln, "gathering", id=date.public_id),
        f"/studio/{kiln.slug}/content/scheduled",
        f"/studio/{kiln.slug}/events/{date.oid}",
        *_poison_guard(kiln, mei, authors[0], asked, now),
        *_poison_introduced(kiln, mei, authors[5], now),
        *_poison_groups(kiln, mei, authors, now),
        *_poison_reviews(kiln, mei, authors, now),
        *_poison_prices(kiln, mei, authors, now),
        *_poison_wishes(kiln, authors, now),
        *_poison_leaves(kiln, mei, authors, made, now),
        *_poison_funding(kiln, mei, authors, now),
        *_poison_habits(kiln, mei, now),
        *_poison_tiers(kiln, mei, authors, made, now),
        "/me/saved",
        "/me/following",
    ]


def _poison_wishes(kiln: Any, authors: list[Any], now: Any) -> list[str]:
    """Everybody wishes and waits for a product with a bad title and bad variants."""
    from banyan.catalog.models import Product, Variant
    from banyan.wishes.models import Wait, Wish

    product = Product.objects.create(
        community=kiln, slug="wish-boom", handle="wish-boom", title=PAYLOADS[15][:200],
        state="published", published_at=now,
    )  # fmt: skip
    variants = [
        Variant.objects.create(
            community=kiln, product=product, price_minor=900, option1=PAYLOADS[n][:100]
        )
        for n in (16, 17, 18)
    ]
    for person in {author.person_id for author in authors}:
        Wish.objects.create(
            community=kiln, product=product, person_id=person, price_minor=1000, mark_minor=950,
            wished_at=now, changed_at=now,
        )  # fmt: skip
        Wait.objects.create(
            community=kiln, variant=variants[0], person_id=person, asked_at=now, changed_at=now
        )
    beside = Product.objects.create(
        community=kiln, slug="wait-boom", handle="wait-boom", title=PAYLOADS[14][:200],
        state="published", published_at=now,
    )  # fmt: skip
    gone = Variant.objects.create(
        community=kiln, product=beside, price_minor=900, option1=PAYLOADS[19][:100]
    )
    for person in {author.person_id for author in authors}:
        Wait.objects.create(
            community=kiln, variant=gone, person_id=person, asked_at=now, changed_at=now
        )
    return [
        url(kiln, "product", slug=product.slug),
        url(kiln, "product", slug=beside.slug),
        url(kiln, "wishes"),
        f"/studio/{kiln.slug}/catalog",
        f"/studio/{kiln.slug}/catalog/{product.oid}",
    ]


def _poison_leaves(kiln: Any, mei: Any, authors: list[Any], made: list[Any], now: Any) -> list[str]:
    """Thank-yous between people with bad names, for bad words; a reward of bad words, taken."""
    from banyan.leaves.actions import giving, lots, rewards

    giving.change_terms(
        by=mei, now=now, month_minor=900, thanks_minor=50, thanks_a_month=9, order_bp=0,
        hold_days=1, expires_days=None,
    )  # fmt: skip
    mine = next(post for post in reversed(made) if post.is_published)
    giving.thank(by=mei, kind="post", thing=mine, now=now)
    for giver in authors:
        if giver.pk not in (mine.author_id, mei.pk):
            giving.thank(by=giver, kind="post", thing=mine, now=now)
            break
    lots.clear_due(now=now + timedelta(days=4))
    reward = rewards.put_up(
        by=mei, title=PAYLOADS[25][:80], words="\n".join(PAYLOADS[26:30])[:400], price_minor=40,
        stock=9, now=now,
    )  # fmt: skip
    rewards.exchange(reward=reward, by=mine.author, key="x", price_minor=40, now=now)
    studio = f"/studio/{kiln.slug}"
    return [
        url(kiln, "leaves"),
        url(kiln, "rewards"),
        url(kiln, "thank", kind="post", id=made[0].public_id),
        f"{studio}/leaves",
        f"{studio}/rewards",
        f"{studio}/rewards/{reward.oid}",
    ]


def _poison_habits(kiln: Any, mei: Any, now: Any) -> list[str]:
    """A quest and a level with bad names, reached; a gift taken back for a bad reason."""
    from banyan.habits.actions import days, gifts, quests, terms
    from banyan.habits.models import Gift

    terms.change_terms(
        by=mei, now=now, is_on=True, day_minor=1, week_minor=0, month_minor=0, day_points=3,
        point_minor=0,
    )  # fmt: skip
    terms.set_level(
        by=mei, now=now, name=PAYLOADS[30 % len(PAYLOADS)][:24], second_name=PAYLOADS[3][:24],
        from_points=0,
    )  # fmt: skip
    for n in (4, 5):
        quest = quests.put_up(
            by=mei, act="posts", number=1, period="once", minor=0, points=1,
            now=now - timedelta(days=900), name=PAYLOADS[n][:80], second_name=PAYLOADS[n + 2][:80],
        )  # fmt: skip
    quests.settle(member_id=mei.pk, of_acts=("posts",), now=now)
    days.check_in(member=mei, now=now)
    gift = Gift.objects.get(member=mei, day__isnull=False)
    gifts.take_back(gift=gift, by=mei, reason=PAYLOADS[8][:200], now=now)
    assert quest.pk
    studio = f"/studio/{kiln.slug}"
    return [
        url(kiln, "habits"),
        url(kiln, "member", id=mei.public_id),
        f"{studio}/habits",
        f"{studio}/habits/gifts/{gift.oid}",
        f"{studio}/quests",
        f"{studio}/levels",
    ]


def _poison_tiers(kiln: Any, mei: Any, authors: list[Any], made: list[Any], now: Any) -> list[str]:
    """A level of bad words, tried out by somebody with a bad name; a post with more inside."""
    from banyan.content.actions import post as posts
    from banyan.tiers.actions import inner, joining, offering

    tier = offering.make(
        by=mei, now=now, name=PAYLOADS[20][:60], words="\n".join(PAYLOADS[21:25])[:400], level=1,
        month_minor=3000, year_minor=None, trial_days=9,
    )  # fmt: skip
    offering.turn(tier=tier, to="on", by=mei, now=now)
    for author in {author.pk: author for author in authors}.values():
        if author.is_in:
            joining.begin_trial(tier=tier, period="month", member=author, now=now)
    post = posts.publish(author=mei, title="More inside", body="A teaser.", now=now)
    inner.write(post=post, tier=tier, body="\n\n".join(PAYLOADS), by=mei, now=now)
    studio = f"/studio/{kiln.slug}"
    return [
        url(kiln, "tiers"),
        url(kiln, "tier-gift", id=tier.public_id),
        url(kiln, "post", id=post.public_id),
        f"{studio}/tiers",
        f"{studio}/tiers/{tier.oid}",
        f"{studio}/posts/{post.oid}/inner",
    ]


def _poison_prices(kiln: Any, mei: Any, authors: list[Any], now: Any) -> list[str]:
    """Discounts with bad names: a coupon that is given out, one that is by itself."""
    from banyan.catalog.models import Product, Variant
    from banyan.orders.actions import baskets
    from banyan.pricing.actions import coupons, planning

    for n, kind in ((22, "coupon"), (23, "automatic"), (24, "member")):
        one = planning.draft(
            by=mei, now=now, kind=kind, name=PAYLOADS[n][:60], code="BOOM" if n == 22 else "",
            percent_bp=1000, starts_at=now - timedelta(days=1), is_shown=True,
        )  # fmt: skip
        planning.activate(discount=one, by=mei, now=now)
        if n == 22:
            shown = one
    coupons.take(discount=shown, member=mei, now=now)
    product = Product.objects.filter(community=kiln, state="published").latest("pk")
    variant = Variant.objects.select_related("product").filter(product=product).latest("pk")
    basket = baskets.put_in(
        community=kiln, variant=variant, quantity=1, person=mei.person, visitor="", now=now
    )
    studio = f"/studio/{kiln.slug}"
    return [
        url(kiln, "coupons"),
        "/cart",
        f"/checkout/{basket.oid}?code=BOOM",
        f"/checkout/{basket.oid}?code=%3Cscript%3Eboom(7)%3C/script%3E",
        f"{studio}/discounts",
        f"{studio}/discounts/{shown.oid}",
    ]


def _poison_reviews(kiln: Any, mei: Any, authors: list[Any], now: Any) -> list[str]:
    """Reviews in bad words of a product with a bad title, answered in bad words."""
    from banyan.catalog.models import Product, Variant
    from banyan.orders.models import Order, OrderLine
    from banyan.reviews.models import Review
    from banyan.sellers.models import Book

    product = Product.objects.create(
        community=kiln, slug="review-boom", handle="review-boom", title=PAYLOADS[22][:200],
        state="published", published_at=now, stars=[0, 0, 0, 0, len(authors)], hidden_reviews=1,
    )  # fmt: skip
    variant = Variant.objects.create(community=kiln, product=product, price_minor=900, on_hand=9)
    order = Order.objects.create(
        community=kiln, book=Book.objects.get(community=kiln), number="K-BADREV", state="completed",
        person=authors[0].person, currency="CNY", items_minor=900, total_minor=900,
        paid_minor=900, reserved_until=now, paid_at=now, shipped_at=now, completed_at=now,
    )  # fmt: skip
    line = OrderLine.objects.create(
        order=order, variant=variant, title=product.title, options=PAYLOADS[23][:200], quantity=1,
        unit_minor=900, total_minor=900,
    )  # fmt: skip
    for n, author in enumerate(authors):
        Review.objects.create(
            community=kiln, product=product, author=author, line=line, stars=1 + n % 5,
            body="\n\n".join(PAYLOADS[n :: len(authors)])[:3000], written_at=now,
            answer="\n".join(PAYLOADS[n + 1 :: len(authors)])[:2000], answered_by=mei,
            answered_at=now,
        )  # fmt: skip
    return [
        url(kiln, "product", slug=product.slug),
        url(kiln, "reviews", slug=product.slug),
        f"/studio/{kiln.slug}/reviews",
    ]


def _poison_groups(kiln: Any, mei: Any, authors: list[Any], now: Any) -> list[str]:
    """A group led by somebody with a bad name, of a product with a bad title and variant."""
    from banyan.campaigns.models import Campaign, Seat, Team
    from banyan.catalog.models import Product, Variant
    from banyan.orders.models import Order, OrderLine
    from banyan.sellers.models import Book

    product = Product.objects.create(
        community=kiln, slug="group-boom", handle="group-boom", title=PAYLOADS[17][:200],
        line=PAYLOADS[18][:300], state="published", published_at=now,
    )  # fmt: skip
    variants = [
        Variant.objects.create(
            community=kiln, product=product, price_minor=9000, on_hand=9, option1=PAYLOADS[n][:100]
        )
        for n in (19, 20)
    ]
    campaign = Campaign.objects.create(
        community=kiln, product=product, currency="CNY", steps=[[2, 8000]], size=5, hours=24,
        starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=9), state="live",
        made_by=mei, made_at=now, changed_at=now, reason=PAYLOADS[21][:200],
    )  # fmt: skip
    team = Team.objects.create(
        community=kiln, campaign=campaign, leader=authors[0], size=5, paid=1, opened_at=now,
        closes_at=now + timedelta(days=1),
    )  # fmt: skip
    order = Order.objects.create(
        community=kiln, book=Book.objects.get(community=kiln), number="K-BADGRP", state="paid",
        person=authors[0].person, currency="CNY", items_minor=8000, total_minor=8000,
        paid_minor=8000, reserved_until=now, paid_at=now, deal_kind="group-join",
        deal_id=team.pk, waits=True,
    )  # fmt: skip
    OrderLine.objects.create(
        order=order, variant=variants[0], title=product.title, options=PAYLOADS[19][:100],
        quantity=1, unit_minor=8000, total_minor=8000,
    )  # fmt: skip
    Seat.objects.create(
        community=kiln, campaign=campaign, team=team, member=authors[0], order=order,
        state="paid", turn=1, price_minor=8000, reserved_at=now, paid_at=now,
    )  # fmt: skip
    studio = f"/studio/{kiln.slug}"
    return [
        url(kiln, "product", slug=product.slug),
        url(kiln, "group", id=team.public_id),
        url(kiln, "group-buys"),
        f"{studio}/campaigns",
        f"{studio}/campaigns/new",
        f"{studio}/campaigns/{campaign.oid}",
        f"{studio}/orders/{order.number}",
    ]


def _poison_funding(kiln: Any, mei: Any, authors: list[Any], now: Any) -> list[str]:
    """A project whose every word is bad, backed by somebody who objects to it badly."""
    from banyan.funding.models import Milestone, Objection, Pledge, Project, Reward
    from banyan.sellers.models import Book

    project = Project.objects.create(
        community=kiln, book=Book.objects.get(community=kiln), currency="CNY", state="delivering",
        title=PAYLOADS[17][:100], story=" ".join(PAYLOADS), goal_minor=1000, pledged_minor=500,
        held_minor=500, backers=1, final_minor=500, final_backers=1, made_by=mei, made_at=now,
        changed_at=now, ends_at=now, closed_at=now, reason=PAYLOADS[18][:300],
    )  # fmt: skip
    reward = Reward.objects.create(
        community=kiln, project=project, position=1, name=PAYLOADS[19][:100],
        what=PAYLOADS[20][:300], least_minor=500, month=now.date(), needs_address=True,
    )  # fmt: skip
    part = Milestone.objects.create(
        community=kiln, project=project, position=1, name=PAYLOADS[21][:100], share_bp=10000,
        state="proven", amount_minor=500, evidence=" ".join(PAYLOADS), shown_at=now,
        objections_until=now + timedelta(days=3),
    )  # fmt: skip
    pledge = Pledge.objects.create(
        community=kiln, project=project, reward=reward, member=authors[0], state="collected",
        amount_minor=500, name=PAYLOADS[0][:80], line1=PAYLOADS[1][:120], line2=PAYLOADS[2][:120],
        city=PAYLOADS[3][:80], region=PAYLOADS[4][:80], postcode=PAYLOADS[5][:20],
        phone=PAYLOADS[6][:30], country="DE", reserved_at=now, reserved_until=now, paid_at=now,
    )  # fmt: skip
    Objection.objects.create(
        community=kiln, milestone=part, pledge=pledge, reason=PAYLOADS[7][:300], at=now
    )
    studio = f"/studio/{kiln.slug}/funding"
    return [
        url(kiln, "funding"),
        url(kiln, "project", id=project.public_id),
        studio,
        f"{studio}/new",
        f"{studio}/{project.oid}",
    ]


def _poison_guard(kiln: Any, mei: Any, author: Any, post: Any, now: Any) -> list[str]:
    """A held text with what was found in it, a word list, and a level set by hand."""
    from banyan.content.models import Post
    from banyan.guard.actions import setup, trust
    from banyan.guard.models import Hold

    held = Post.objects.create(
        community=kiln, author=author, title=PAYLOADS[12], body=PAYLOADS[13], state="held",
        published_at=now,
    )  # fmt: skip
    Hold.objects.create(
        community=kiln,
        author=author,
        kind="post",
        object_id=held.pk,
        held_at=now,
        score=6,
        reasons=[["words", 6, [PAYLOADS[14], PAYLOADS[15]]]],
    )
    setup.choose(
        by=mei, now=now, is_on=True, threshold=6, off=[], words=[p[:40] for p in PAYLOADS[:20]],
        needs={},
    )  # fmt: skip
    trust.set_level(member=author, level=2, reason=PAYLOADS[16][:200], by=mei, now=now)
    return [
        url(kiln, "post", id=held.public_id),
        f"/studio/{kiln.slug}/held",
        f"/studio/{kiln.slug}/guard",
        f"/studio/{kiln.slug}/trust",
        f"/studio/{kiln.slug}/trust/{author.oid}",
    ]


def _poison_introduced(kiln: Any, mei: Any, other: Any, now: Any) -> list[str]:
    """Somebody to meet, with what they say of themselves, and reported with a note."""
    from banyan.introductions import actions, moderated, rules
    from banyan.introductions.models import Introduction, Side
    from banyan.moderation import actions as moderation
    from banyan.people.models import Person

    Person.objects.filter(pk=other.person_id).update(bio=PAYLOADS[17])
    for member in (mei, other):
        actions.turn_on(member=member, now=now)
    row = Introduction.objects.create(
        community=kiln, pair="1:2", drawn_at=timezone.now(), closes_at=timezone.now() + rules.OPEN
    )
    for one, two in ((mei, other), (other, mei)):
        side = Side.objects.create(
            community=kiln, introduction=row, member=one, other=two, interest="tea", drawn_at=now
        )
    thing = moderated.find(kiln, side.public_id)
    moderation.report(thing=thing, reporter=mei, reason="spam", note=PAYLOADS[18], now=now)
    return [url(kiln, "meet"), f"/studio/{kiln.slug}/introductions"]


@pytest.fixture
def reader(browser: Any, live_server: Any, client: Any, cast: Any) -> Iterator[Any]:
    client.force_login(cast.mei)
    context = browser.new_context()
    key = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    context.add_init_script(WATCH)
    yield context.new_page()
    context.close()


def test_payloads_are_shown_as_text(poisoned: list[str], reader: Any, live_server: Any) -> None:
    assert len(PAYLOADS) == len(set(PAYLOADS)) == (500 if SOAK else 100)
    found: dict[str, list[Any]] = {}
    shown: set[int] = set()
    for address in poisoned:
        answer = reader.goto(live_server.url + address)
        assert answer.status == 200, address
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "'nonce-" in policy or "script-src 'self'" in policy
        while True:  # with every page that More brings
            text = reader.inner_text("body")
            shown |= {n for n, payload in enumerate(PAYLOADS) if payload[:24] in text}
            if bad := reader.evaluate(FOUND):
                found[address] = bad
            more = reader.locator(".more a[hx-get]")
            if not more.count():
                break
            with reader.expect_response(lambda r: "after=" in r.url):
                more.click()
            reader.wait_for_timeout(50)
    assert not found
    assert len(shown) > 0.9 * len(PAYLOADS)  # they were there, as words


def test_the_watch_would_notice(reader: Any, live_server: Any) -> None:
    reader.goto(live_server.url + "/")
    assert reader.evaluate(FOUND) == []
    for payload in PAYLOADS[:3]:
        reader.evaluate("html => { document.body.innerHTML = html; }", payload)
        reader.wait_for_timeout(100)
        assert reader.evaluate(FOUND), payload
