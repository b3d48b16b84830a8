from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from banyan.core.text import lang_of
from banyan.demo.build.hands import PICTURES
from banyan.demo.plan import texts
from banyan.demo.plan.shapes import EN, ZH, Plan
from banyan.demo.plan.world import digest, make_plan

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan(now=NOW)


def test_the_same_seed_makes_the_same_plan(plan: Plan) -> None:
    assert digest(make_plan(now=NOW)) == digest(plan)
    assert digest(make_plan(seed=5, now=NOW)) != digest(plan)


def test_a_plan_moves_with_its_clock(plan: Plan) -> None:
    later = make_plan(now=NOW + timedelta(days=1, hours=3))
    assert [len(p.people) for p in (plan, later)] == [240, 240]
    assert max(post.at for post in later.posts) < later.now


def test_four_fifths_of_all_texts_are_distinct(plan: Plan) -> None:
    said = [text for text, _lang in plan.texts()]
    assert len(set(said)) >= 0.8 * len(said)
    assert max(Counter(said).values()) <= 6


def test_both_languages_are_spoken(plan: Plan) -> None:
    langs = Counter(lang for _text, lang in plan.texts())
    assert langs[ZH] > 0.4 * langs.total()
    assert langs[EN] > 0.35 * langs.total()
    assert all(lang_of(text) == lang for text, lang in plan.texts())


def test_whole_posts_and_sentences_are_written_by_hand() -> None:
    for lang in (EN, ZH):
        posts = [one for place in ("kiln", "four", "wax") for one in texts.posts(place, lang)]
        assert len({one.body for one in posts}) >= 150
        said = {words for one in posts for _sign, words in one.said}
        said |= {line for lines in texts.remarks(lang).values() for line in lines}
        assert len(said) >= 700


def test_chinese_is_set_as_chinese_is() -> None:
    mixed = re.compile(r"[\u4e00-\u9fff] +[A-Za-z0-9]|[A-Za-z0-9] +[\u4e00-\u9fff]")
    half = re.compile(r"[\u4e00-\u9fff][,.;:!?()]")
    for place in ("kiln", "four", "wax"):
        for one in texts.posts(place, ZH):
            for words in (one.title, one.body, *(said for _sign, said in one.said)):
                assert not mixed.search(words), words
                assert not half.search(words), words
                assert "您" not in words


def test_nobody_writes_a_language_they_do_not_write(plan: Plan) -> None:
    writes = {person.key: person.writes for person in plan.people}
    for post in plan.posts:
        assert post.lang in writes[post.author]
        for comment in post.comments:
            assert comment.lang in writes[comment.author]


def test_everything_happens_between_joining_and_leaving(plan: Plan) -> None:
    seats = {(j.person, j.community): j for j in plan.joins if j.outcome == "joined"}
    for post in plan.posts:
        deeds = [(post.author, post.at), *post.likes]
        deeds += [(c.author, c.at) for c in post.comments]
        for who, at in deeds:
            seat = seats[who, post.community]
            assert seat.at < at < plan.now, (who, post.key)
            assert seat.left_at is None or at < seat.left_at
        for comment in post.comments:
            assert comment.at > post.at
            if comment.answers is not None:
                assert comment.at > post.comments[comment.answers].at


def test_nobody_likes_a_thing_twice_or_their_own(plan: Plan) -> None:
    for post in plan.posts:
        for author, likes in (
            (post.author, post.likes),
            *((c.author, c.likes) for c in post.comments),
        ):
            who = [key for key, _at in likes]
            assert len(set(who)) == len(who)
            assert author not in who


def test_the_week_has_a_rhythm(plan: Plan) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    days: Counter[int] = Counter()
    hours: Counter[int] = Counter()
    for post in plan.posts:
        if post.community != "wax":
            local = post.at.astimezone(zone)
            days[local.weekday()] += 1
            hours[local.hour] += 1
    assert (days[5] + days[6]) / 2 > 1.2 * sum(days[d] for d in range(4)) / 4
    assert sum(hours[h] for h in (19, 20, 21, 22)) > 5 * sum(hours[h] for h in (2, 3, 4, 5))


def test_few_write_much_and_many_a_little(plan: Plan) -> None:
    written = Counter(post.author for post in plan.posts)
    written.update(c.author for post in plan.posts for c in post.comments)
    most = [count for _who, count in written.most_common()]
    assert sum(most[: len(most) // 10]) > 0.25 * sum(most)
    assert len(plan.people) - len(written) > 15  # who only read


def test_money_is_believable(plan: Plan) -> None:
    paid = [o for o in plan.orders if o.paid_at]
    refunded = [o for o in paid if o.refunds]
    assert 0.01 < len(refunded) / len(paid) < 0.08
    buyers = Counter(o.buyer for o in paid if o.buyer)
    assert sum(count > 1 for count in buyers.values()) > 0.4 * len(buyers)
    sums = sorted(sum(line.price_minor * line.quantity for line in o.lines) for o in paid)
    assert 5000 < sums[len(sums) // 2] < 40000
    assert {c.kind for c in plan.costs} == {"technology", "traffic", "logistics", "service"}


def test_every_picture_is_here(plan: Plan) -> None:
    named = {p.picture for p in plan.products} | {p.cover for p in plan.communities}
    named |= {post.photo for post in plan.posts if post.photo}
    assert named <= {path.name for path in Path(PICTURES).iterdir()}
    assert {f"m-{n}.jpg" for n in ("sk-shelf", "t4-rain", "nw-dinner")} <= named


def test_addresses_lead_nowhere(plan: Plan) -> None:
    emails = [p.email for p in plan.people] + [o.email for o in plan.orders]
    assert all(email.endswith(".example") for email in emails)
    assert len({p.email for p in plan.people}) == len(plan.people)
    assert len({p.name for p in plan.people}) == len(plan.people)


# Planted stories


def _story(plan: Plan, name: str):
    return next(story for story in plan.stories if story.name == name)


def test_six_stories_are_planted(plan: Plan) -> None:
    names = ["tea", "late", "drift", "price", "chain", "misfit"]
    assert [story.name for story in plan.stories] == names
    assert all(story.from_at and story.to_at and story.posts for story in plan.stories)


def test_tea_people_talk_mostly_with_one_another(plan: Plan) -> None:
    tea = set(_story(plan, "tea").people)
    assert len(tea) >= 40
    inside = outside = 0
    active, weeks = set(), set()
    for post in (p for p in plan.posts if p.community == "kiln"):
        for comment in post.comments:
            if comment.author in tea or post.author in tea:
                both = comment.author in tea and post.author in tea
                inside, outside = inside + both, outside + (not both)
                if both:
                    active |= {comment.author, post.author}
                    weeks.add((plan.now - comment.at).days // 7)
    assert inside >= 0.6 * (inside + outside)
    assert len(active) >= 40
    assert set(range(6)) <= weeks


def test_anger_begins_with_two_late_parcels_and_spreads(plan: Plan) -> None:
    late = _story(plan, "late")
    orders = [o for o in plan.orders if o.key in late.orders]
    assert len(orders) == 2
    for order in orders:
        assert order.paid_at is not None
        assert order.packed_at is None
        assert plan.now - order.paid_at > timedelta(days=6)
    unhappy = [c for p in plan.posts for c in p.comments if c.mood == "angry"]
    spilled = [p for p in plan.posts if p.key in late.more["spilled"]]
    assert len(unhappy) >= 20
    assert len(spilled) >= 3
    staff = {"mei", "dara", "yusuf"}
    assert not {c.author for c in unhappy} & staff


def test_who_drifts_away_says_why_and_falls_silent(plan: Plan) -> None:
    drift = _story(plan, "drift")
    assert {cause: len(keys) for cause, keys in drift.more.items()} == {
        "content": 4, "product": 4, "service": 4,
    }  # fmt: skip
    for key in drift.people:
        said = [(p.at, p.story) for p in plan.posts if p.author == key]
        said += [(c.at, "") for p in plan.posts for c in p.comments if c.author == key]
        last = max(at for at, _ in said)
        assert plan.now - last > timedelta(days=14)
        assert any(story.startswith("drift-") for _, story in said)


def test_careful_buyers_buy_only_what_is_cheap(plan: Plan) -> None:
    careful = set(_story(plan, "price").people)
    orders = [o for o in plan.orders if o.buyer in careful]
    cheap = [o for o in orders if all(line.price_minor <= 8800 for line in o.lines)]
    assert len(orders) >= 30
    assert len(cheap) >= 0.8 * len(orders)


def test_the_invited_invite(plan: Plan) -> None:
    by = {j.person: j.invited_by for j in plan.joins if j.invited_by}

    def depth(key: str) -> int:
        return 0 if key == "sol" else 1 + depth(by[key])

    assert len(by) >= 20
    assert max(depth(key) for key in by) == 4
    at = {(j.person): j.at for j in plan.joins if j.invited_by}
    assert all(at[child] > at[parent] for child, parent in by.items() if parent in at)
    assert all(j.share and j.source == "share" for j in plan.joins if j.invited_by)


def test_the_candle_in_the_tea_shop_hardly_sells(plan: Plan) -> None:
    sold = Counter(
        line.product for o in plan.orders if o.community == "four" and o.paid_at for line in o.lines
    )
    assert sold["birch-smoke"] == 2
    assert sum(o.refunds != [] for o in plan.orders if o.story == "misfit") == 1
