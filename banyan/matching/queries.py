from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils.translation import get_language

from banyan.communities import rules as community_rules
from banyan.communities.models import Community, Member
from banyan.people import rules as people_rules
from banyan.people.models import Person, Tag

from . import facets, rules
from .models import DAYS, Arrival, Echo, Profile

MOST = 500  # places compared at a time, the liveliest first
PLACES_SECONDS = 60
FEWEST = 5


def places() -> list[rules.Place]:
    """Listed communities as the rules see them; at most a minute old. Three queries, then none."""
    found = cache.get("matching:places")
    if found is None:
        listed = (
            Community.objects.listed()
            .select_related("profile")
            .prefetch_related("interest_rows")
            .order_by("-member_count", "pk")[:MOST]
        )
        found = [place_of(community) for community in listed]
        cache.set("matching:places", found, PLACES_SECONDS)
    return list(found)


def place_of(community: Community) -> rules.Place:
    profile = getattr(community, "profile", None)
    sets = {"interest": frozenset(community.interests)}
    for facet in facets.OF_A_PROFILE:
        sets[facet] = frozenset(getattr(profile, facet)) if profile else frozenset()
    languages = {community.lang[:2], community.second_lang[:2]} - {""}
    return rules.Place(
        community.pk, sets, frozenset(languages), community.member_count,
        profile.rhythm if profile else None, profile.price if profile else None,
        community.is_full or community.join_policy == community_rules.INVITE,
    )  # fmt: skip


def wishes_of(person: Person) -> set[tuple[str, str]]:
    """What somebody keeps as wishes. One query."""
    keys = Tag.objects.filter(person=person, purpose=people_rules.FIND_PLACES).values_list(
        "key", flat=True
    )
    return {found for key in keys if (found := facets.read_key(key))}


def as_sets(wishes: set[tuple[str, str]]) -> dict[str, frozenset[str]]:
    sets: dict[str, set[str]] = defaultdict(set)
    for facet, value in wishes:
        sets[facet].add(value)
    return {facet: frozenset(values) for facet, values in sets.items()}


def expected_fit(person: Person, community: Community) -> float | None:
    """The fit of kept wishes with a community's profile; None without wishes."""
    wishes = wishes_of(person)
    if not wishes:
        return None
    known = places()
    place = place_of(community)
    return rules.fit(rules.Wishes(as_sets(wishes)), place, rules.rarity(known or [place])).score


@dataclass(frozen=True)
class Shown:
    """One match as the page shows it."""

    community: Community
    reasons: list[tuple[str, str]]  # (facet, its values in words)
    near: tuple[str, ...]
    is_kept: bool
    week: list[tuple[str, str, str]]  # (day, text, lang)


def shown(fits: list[rules.Fit]) -> dict[int, Shown]:
    """The communities of matches with their reasons in words. Three queries."""
    rows = (
        Community.objects.filter(pk__in=[one.key for one in fits])
        .select_related("cover", "profile")
        .prefetch_related("interest_rows")
    )
    by_key = {row.pk: row for row in rows}
    found = {}
    for one in fits:
        community = by_key.get(one.key)
        if community is not None:
            found[one.key] = Shown(
                community, _reasons(one), one.near, one.is_kept, week_of(community)
            )
    return found


def _reasons(one: rules.Fit) -> list[tuple[str, str]]:
    grouped: dict[str, list[Any]] = {}
    for facet, value in one.shared:
        grouped.setdefault(facet, []).append(facets.NAMES[facet][value])
    comma = "、" if (get_language() or "en").startswith("zh") else ", "
    return [(facet, comma.join(map(str, labels[:3]))) for facet, labels in grouped.items()]


def week_of(community: Community) -> list[tuple[str, str, str]]:
    """The sample week in the reader's language where it was written so."""
    profile = getattr(community, "profile", None)
    if profile is None:
        return []
    reader = (get_language() or "en")[:2]
    days = []
    for n, day in enumerate(profile.sample_week):
        if day.get("second") and reader != community.lang[:2]:
            days.append((str(facets.WEEK[n]), day["second"], community.second_lang or "zh-Hans"))
        elif day.get("text"):
            days.append((str(facets.WEEK[n]), day["text"], community.lang))
    return days


@dataclass(frozen=True)
class Band:
    """Arrivals of one expected fit, and what they said later."""

    key: str
    arrivals: int
    answers: dict[int, tuple[int, int]]  # day -> (said yes, answered)


def bands(community: Community) -> list[Band]:
    """Expected fit against what people say on day 14 and 45; two queries."""
    arrived = Arrival.objects.of(community).only("member_id", "expected")
    band_of = {arrival.member_id: arrival.band for arrival in arrived}
    counts = Counter(band_of.values())
    yes: Counter[tuple[str, int]] = Counter()
    answered: Counter[tuple[str, int]] = Counter()
    said = Echo.objects.of(community).exclude(answer__in=["", "skipped"])
    for member, day, what in said.values_list("member_id", "day", "answer"):
        key = (band_of.get(member, "unknown"), day)
        answered[key] += 1
        yes[key] += what == "yes"
    return [
        Band(key, counts[key], {day: (yes[key, day], answered[key, day]) for day in DAYS})
        for key in ("high", "middle", "low", "unknown")
    ]


def attracted(community: Community) -> list[tuple[Any, Any, int, bool]]:
    """What those who came wish for: (facet, label, people rounded to 5, whether the profile says
    so); nothing that fewer than five wish. Two queries."""
    people = Member.objects.of(community).filter(state=community_rules.JOINED).values("person")
    keys = Tag.objects.filter(person__in=people, purpose=people_rules.FIND_PLACES).values_list(
        "key", flat=True
    )
    counts = Counter(found for key in keys if (found := facets.read_key(key)))
    profile = Profile.objects.filter(community=community).first()
    have = set(community.interests)
    rows = []
    for (facet, value), n in counts.most_common():
        if n < FEWEST:
            break
        said = value in (have if facet == "interest" else getattr(profile, facet, []))
        rows.append((facets.FACETS[facet][0], facets.NAMES[facet][value], 5 * round(n / 5), said))
    return rows[:12]
