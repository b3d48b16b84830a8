"""Who lives in the demo world, when they joined what, and who brought them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from . import names
from .clock import Clock
from .shapes import EN, ZH, CommunityPlan, JoinPlan, PersonPlan

BOTH = (EN, ZH)


@dataclass
class Circle:
    """A planted group of people, by name of their story."""

    tea: list[str] = field(default_factory=list)
    drift: dict[str, list[str]] = field(default_factory=dict)
    price: list[str] = field(default_factory=list)
    chain: dict[str, str] = field(default_factory=dict)  # who -> by whom
    late: dict[str, str] = field(default_factory=dict)  # part in the story -> who


def _lang(short: str) -> str:
    return ZH if short == "zh" else EN


def cast(now: datetime, start: datetime) -> list[PersonPlan]:
    found = []
    for key, name, lang, writes, bio, zone, who in names.cast():
        home = {"mei": "slowkiln", "dara": "slowkiln", "qin": "teaatfour", "aino": "northwax",
                "hebei": "northwax", "robin": "banyan"}.get(key, "mail")  # fmt: skip
        found.append(
            PersonPlan(
                key=key, name=name, email=f"{key}@{home}.example", lang=_lang(lang), bio=bio,
                writes=tuple(_lang(w) for w in writes.split()), zone=zone,
                joined_at=start, is_host=key == "robin",
                can_sign_in=bool(who), who=who, activity=2.2 if key not in ("robin", "rafe") else 0,
                reads=3.0 if key not in ("robin", "rafe") else 0,
            )
        )  # fmt: skip
    return found


def _handle(name: str) -> str:
    swap = str.maketrans("áàâäãåéèêëíìîïóòôöõúùûüçñćčş", "aaaaaaeeeeiiiiooooouuuucnccs")
    return name.lower().translate(swap).replace(" ", ".").replace("-", "")


def crowd(rng: Random, start: datetime, count: int) -> list[PersonPlan]:
    """Invented people beside the cast, half of them Chinese, with a long tail of activity."""
    people: list[PersonPlan] = []
    bios = {EN: names.bios(EN), ZH: names.bios(ZH)}
    rng.shuffle(bios[EN])
    rng.shuffle(bios[ZH])
    rows = [(n, h, ZH) for n, h in names.chinese()]
    rows += [(n, _handle(n), EN) for n in names.world()]
    fixed = {"小满", "贝壳", "Ingrid Solberg", "Hugo Falk"}
    rows.sort(key=lambda row: row[0] not in fixed)
    head, tail = rows[: len(fixed)], rows[len(fixed) :]
    rng.shuffle(tail)
    short = {"ingrid.solberg": "ingrid", "hugo.falk": "hugo"}
    for name, handle, lang in (head + tail)[:count]:
        zone, region = (
            (rng.choice(names.ZONES_ZH), "CN") if lang == ZH else rng.choice(names.WORLD_ZONES)
        )
        bio = bios[lang].pop() if bios[lang] and rng.random() < 0.6 else ""
        weight = min((1 - rng.random()) ** (-1 / 1.25), 26.0)
        is_quiet = rng.random() < 0.36  # joins, looks in now and then, says nothing
        speaks = 0.0 if is_quiet else weight
        second = rng.random() < (0.22 if lang == ZH else 0.05)
        people.append(
            PersonPlan(
                key=short.get(handle, handle), name=name,
                email=f"{handle}@{rng.choice(('mail', 'post', 'letters'))}.example", lang=lang,
                bio=bio, writes=BOTH if second else (lang,), zone=zone, region=region,
                joined_at=start, activity=speaks,
                reads=0.05 if is_quiet else 0.2 + weight * (0.3 + rng.random()),
            )
        )  # fmt: skip
    for one in people[: len(fixed)]:
        one.activity, one.reads = 6.0, 6.0
    return people


def circles(rng: Random, people: list[PersonPlan]) -> Circle:
    """Choose who is in which planted story; nobody of the cast but where it is told so."""
    free = [p for p in people if p.key not in _named()]
    zh = [p for p in free if ZH in p.writes and p.lang == ZH]
    en = [p for p in free if p.lang == EN]
    rng.shuffle(zh)
    rng.shuffle(en)

    def take(pool: list[PersonPlan], n: int) -> list[str]:
        taken, pool[:] = pool[:n], pool[n:]
        return [p.key for p in taken]

    circle = Circle()
    circle.tea = ["lan", "kenji", *take(zh, 26), *take(en, 18)]
    for cause in ("content", "product", "service"):
        circle.drift[cause] = [*take(zh, 2), *take(en, 2)]
    circle.price = [*take(zh, 8), *take(en, 6)]
    circle.late = dict(zip(("late1", "late4"), take(zh, 2), strict=True))
    circle.late |= dict(zip(("late2", "late3"), take(en, 2), strict=True))
    first = ["xiaoman", *take(en, 3)]
    second = [*take(zh, 5), *take(en, 4)]
    third = [*take(zh, 5), *take(en, 3)]
    fourth = [*take(zh, 2), *take(en, 2)]
    for child in first:
        circle.chain[child] = "sol"
    for layer, above in ((second, first), (third, second), (fourth, third)):
        for child in layer:
            circle.chain[child] = rng.choice(above[: max(2, len(above) // 2)])
    return circle


def _named() -> set[str]:
    return {row[0] for row in names.cast()} | {"xiaoman", "beike", "ingrid", "hugo"}


_NOTES = {
    EN: [
        "A friend burns your candles and I am tired of borrowing.",
        "Dark flat, good intentions.",
        "I would like to learn to pour one day.",
        "Found you through the lamp at Slow Kiln.",
        "Long evenings up here. May I come in?",
    ],
    ZH: [
        "朋友家点过你们的蜡烛，来认门。",
        "想学浇蜡，先从看开始。",
        "从慢窑那盏灯找过来的。",
        "天黑得早，来取暖。",
        "不吵，不发广告，爱点蜡烛。",
    ],
}
_SOURCES = ["search", "weibo", "xiaohongshu", "instagram", "friend", "direct", "newsletter"]


def joins(
    rng: Random,
    people: list[PersonPlan],
    places: list[CommunityPlan],
    circle: Circle,
    now: datetime,
) -> list[JoinPlan]:
    """Who joins what and when; sets each person's own first day."""
    made: dict[tuple[str, str], JoinPlan] = {}
    by_key = {p.key: p for p in people}

    def join(person: str, place: CommunityPlan, at: datetime, **more: str) -> None:
        made.setdefault(
            (person, place.slug), JoinPlan(person=person, community=place.slug, at=at, **more)
        )

    kiln, four, wax = places
    for place in places:
        for key in [place.owner, *place.roles]:
            join(key, place, place.founded_at + timedelta(minutes=20 + 7 * len(made)))
    join("hebei", wax, wax.founded_at + timedelta(minutes=31))
    for key in ("lan", "jonas", "kenji", "yusuf", "sol"):
        join(key, kiln, kiln.founded_at + timedelta(minutes=rng.randrange(40, 1400)))
    for key in ("lan", "kenji", "mei"):
        join(key, four, four.founded_at + timedelta(minutes=rng.randrange(60, 4000)))
    for key in ("jonas", "mei", "dara"):
        join(key, wax, wax.founded_at + timedelta(minutes=rng.randrange(60, 4000)))

    draws = {
        place.slug: Clock(
            rng, start=place.founded_at + timedelta(hours=2), end=now - timedelta(hours=1),
            zone=place.zone, growth=0.35,
        )
        for place in places
    }  # fmt: skip
    early = {*circle.tea, *(k for keys in circle.drift.values() for k in keys)}
    early |= {*circle.price, *circle.late.values()}
    for person in people:
        if person.key in circle.chain or person.key in ("robin", "rafe"):
            continue
        chances = (0.72, 0.47, 0.30)
        wanted = [p for p, chance in zip(places, chances, strict=True) if rng.random() < chance]
        if person.key in early or not wanted:
            wanted = list({p.slug: p for p in [kiln, *wanted]}.values())
        for place in wanted:
            at = draws[place.slug].draw()
            if person.key in early:
                at = place.founded_at + (at - place.founded_at) * 0.33
            join(person.key, place, at, source=rng.choice(_SOURCES))
    _chain(rng, circle, places, join, now)
    for (_, slug), one in made.items():
        if slug == wax.slug and one.person in by_key:
            one.note = rng.choice(_NOTES[by_key[one.person].lang])
    _drift(rng, by_key, made, circle, now)
    _waiting(rng, people, made, wax, now)
    join("rafe", wax, now - timedelta(days=20), note="let me in")
    made["rafe", wax.slug].outcome = "refused"
    for one in made.values():
        place = next(p for p in places if p.slug == one.community)
        if place.join_policy == "approval" and one.person != place.owner:
            one.asked_at = max(
                place.founded_at + timedelta(minutes=4), one.at - timedelta(hours=rng.uniform(1, 6))
            )
        changed = place.charter_changed_at
        if changed and one.at < changed and one.outcome == "joined" and rng.random() < 0.7:
            again = changed + timedelta(hours=rng.expovariate(1 / 70))
            quiet = by_key[one.person].quiet_from
            ends = [t for t in (one.left_at, quiet, now) if t]
            one.signed_again_at = again if again < min(ends) else None
    found = sorted(made.values(), key=lambda j: (j.at, j.person, j.community))
    for one in reversed(found):
        by_key[one.person].joined_at = (one.asked_at or one.at) - timedelta(minutes=3)
    by_key["robin"].joined_at = kiln.founded_at - timedelta(days=1)
    return found


def _chain(
    rng: Random, circle: Circle, places: list[CommunityPlan], join: object, now: datetime
) -> None:
    """Sol invites, the invited invite: each comes some days after whoever brought them."""
    came: dict[str, tuple[CommunityPlan, datetime]] = {
        "sol": (places[0], places[0].founded_at + timedelta(days=6))
    }
    for child, parent in circle.chain.items():
        place, at = came[parent]
        if rng.random() < 0.25:
            place = rng.choice(places)
        at += timedelta(days=rng.uniform(3, 13), hours=rng.uniform(0, 12))
        at = max(min(at, now - timedelta(days=3)), place.founded_at + timedelta(hours=4))
        came[child] = (place, at)
        join(  # type: ignore[operator]
            child, place, at, invited_by=parent, share=f"{parent}-{place.slug}"[:40], source="share"
        )


def _drift(
    rng: Random,
    by_key: dict[str, PersonPlan],
    made: dict[tuple[str, str], JoinPlan],
    circle: Circle,
    now: datetime,
) -> None:
    for n, key in enumerate(_flat(circle.drift.values())):
        person = by_key[key]
        person.activity, person.reads = 9.0, 9.0
        person.quiet_from = now - timedelta(days=17 + 2.1 * n, hours=rng.randrange(24))
        if n % 3 == 0 and ("kiln" in {c for p, c in made if p == key}):
            left = person.quiet_from + timedelta(days=rng.randrange(4, 11))
            made[key, "kiln"].left_at = left


def _waiting(
    rng: Random, people: list[PersonPlan], made: dict[tuple[str, str], JoinPlan],
    wax: CommunityPlan, now: datetime,
) -> None:  # fmt: skip
    outside = [p for p in people if (p.key, wax.slug) not in made and p.key not in _named()]
    for n, person in enumerate(rng.sample(outside, 4)):
        made[person.key, wax.slug] = JoinPlan(
            person=person.key, community=wax.slug, at=now - timedelta(hours=5 + 11 * n),
            note=_NOTES[person.lang][n], source="search", outcome="waiting",
        )  # fmt: skip


def _flat(lists: Iterable[list[str]]) -> list[str]:
    return [one for some in lists for one in some]
