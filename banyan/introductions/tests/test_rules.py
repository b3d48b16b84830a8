from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from banyan.introductions import rules
from banyan.introductions.rules import Candidate, Touch


def somebody(n: int, *interests: str, is_young: bool = False) -> Candidate:
    return Candidate(n, n, UUID(int=n), frozenset(interests), is_young)


def couples(found: list[rules.Pair]) -> list[tuple[int, int, str]]:
    return [(*pair.persons, pair.interest) for pair in found]


def test_two_who_named_the_same_are_paired_and_others_are_not() -> None:
    people = [somebody(1, "tea"), somebody(2, "books"), somebody(3, "tea")]
    assert couples(rules.pairs(people, set())) == [(1, 3, "tea")]


def test_the_rarest_shared_interest_is_the_reason() -> None:
    people = [somebody(1, "tea", "wood"), somebody(2, "tea"), somebody(3, "tea", "wood")]
    assert couples(rules.pairs(people, set())) == [(1, 3, "wood")]


def test_who_stands_first_is_served_first() -> None:
    people = [somebody(9, "tea"), somebody(2, "tea"), somebody(3, "tea")]
    assert couples(rules.pairs(people, set())) == [(2, 9, "tea")]


def test_pairs_apart_are_not_introduced_and_find_somebody_else() -> None:
    people = [somebody(n, "tea") for n in (1, 2, 3, 4)]
    assert couples(rules.pairs(people, {(1, 2), (3, 4)})) == [(1, 3, "tea"), (2, 4, "tea")]
    everybody = {(a, b) for a in range(5) for b in range(a + 1, 5)}
    assert rules.pairs(people, everybody) == []


def test_the_young_meet_only_the_young() -> None:
    people = [somebody(1, "tea"), somebody(2, "tea", is_young=True)]
    assert rules.pairs(people, set()) == []
    people.append(somebody(3, "tea", is_young=True))
    assert couples(rules.pairs(people, set())) == [(2, 3, "tea")]


def test_the_same_people_give_the_same_pairs_and_nobody_stands_in_two() -> None:
    keys = ["tea", "books", "wood", "music"]
    people = [somebody(n, *{keys[n % 4], keys[n * 7 % 3]}) for n in range(1, 400)]
    found = rules.pairs(people, set())
    assert found == rules.pairs(people, set())
    standing = [one.member for pair in found for one in (pair.one, pair.other)]
    assert len(standing) == len(set(standing)) >= 396
    assert all(pair.interest in pair.one.interests & pair.other.interests for pair in found)


def test_the_work_does_not_grow_with_the_square(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ten thousand people with one interest: each is looked at a few times."""
    looked = 0
    plain = rules._Line.next

    def counted(self: rules._Line, at: int) -> int:
        nonlocal looked
        looked += 1
        return plain(self, at)

    monkeypatch.setattr(rules._Line, "next", counted)
    people = [somebody(n, "tea", "books", "wood") for n in range(10_000)]
    assert len(rules.pairs(people, set())) == 5_000
    assert looked < 20_000


def test_about_one_pair_in_four_is_left_to_chance_and_always_the_same() -> None:
    place = uuid4()
    two = [(uuid4(), uuid4()) for _n in range(2_000)]
    held = [rules.is_held(one, other, place) for one, other in two]
    assert 430 < sum(held) < 570
    assert held == [rules.is_held(other, one, place) for one, other in two]


def test_a_tie_goes_both_ways() -> None:
    assert rules.is_tied(1, 2, [Touch(1, 2), Touch(2, 1)])
    assert not rules.is_tied(1, 2, [Touch(1, 2), Touch(1, 2), Touch(2, 3)])
