"""What a made-up order gives itself away by; one honest sign alone holds nothing."""

from __future__ import annotations

import pytest

from banyan.sharing import scoring
from banyan.sharing.scoring import DEVICE, NETWORK, Facts, Who


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Lindenstraße 4", "", "10969", "DE"), ("4 Lindenstr.", "c/o Berg", "10 969", "DE")),
        (("12 Main Street", "", "EC1A 1BB", "GB"), ("12, main st", "Flat 3", "ec1a1bb", "GB")),
        (("湖滨路８号", "", "310000", "CN"), ("湖滨路8号", "2幢", "310000", "CN")),
    ],
)
def test_the_same_door_written_in_two_ways_is_one(one, other):
    assert scoring.home_of(*one) == scoring.home_of(*other) != ""


def test_other_doors_are_others():
    here = scoring.home_of("Lindenstraße 4", "", "10969", "DE")
    assert here != scoring.home_of("Lindenstraße 5", "", "10969", "DE")
    assert here != scoring.home_of("Lindenstraße 4", "", "10965", "DE")
    assert here != scoring.home_of("Lindenstraße 4", "", "10969", "AT")
    assert scoring.home_of("", "", "10969", "DE") == ""


def test_mailboxes_and_telephones_are_known_by_where_they_lead():
    assert scoring.mailbox_of("J.Berg+cups@Googlemail.com") == scoring.mailbox_of("jberg@gmail.com")
    assert scoring.mailbox_of("j.berg@example.org") != scoring.mailbox_of("jberg@example.org")
    assert scoring.mailbox_of("") == ""
    assert scoring.telephone_of("+49 30 1234567") == scoring.telephone_of("0049-30/1234567")
    assert scoring.telephone_of("0301234567") == scoring.telephone_of("+49 30 1234567")
    assert scoring.telephone_of("110") == ""


def who(home: str = "", contact: str = "", device: str = "", network: str = "") -> Who:
    marks = {(DEVICE, device), (NETWORK, network)}
    return Who(
        homes=frozenset({home} - {""}),
        contacts=frozenset({contact} - {""}),
        marks=frozenset(mark for mark in marks if mark[1]),
    )


def keys(**facts) -> tuple[list[str], bool]:
    reasons = scoring.weigh(Facts(**{"buyer": who(), "sharer": who()} | facts))
    return [one.key for one in reasons], scoring.score(reasons) >= scoring.HOLD_AT


@pytest.mark.parametrize("part", ["home", "contact", "device"])
def test_what_belongs_to_the_sharer_alone_is_enough(part):
    same = {part: "x"}
    assert keys(buyer=who(**same), sharer=who(**same)) == ([part], True)


def test_what_honest_people_show_as_well_is_not_enough_alone():
    near = who(network="cafe")
    assert keys(buyer=near, sharer=near) == (["network"], False)
    assert keys(in_hour=5) == (["hurry"], False)
    assert keys(in_hour=4) == ([], False)
    assert keys(is_coupon_first=True) == (["coupon"], False)
    assert keys(buyer=who("a"), others=(who("a"),)) == (["crowd"], False)
    assert keys(buyer=near, others=(near,) * 2) == ([], False)
    assert keys(buyer=near, others=(near,) * 3) == (["crowd_network"], False)
    assert keys(buyer=near, sharer=near, others=(near,) * 9)[1] is False  # a school, an office
    assert keys(cleared=20, came_back=5) == ([], False)
    many = tuple(who(str(n)) for n in range(9))  # a shop that welcomes everybody with a coupon
    assert keys(is_coupon_first=True, coupon_firsts=4, others=many) == (["coupon"], False)


def test_several_of_them_are_and_so_is_much_of_one():
    near = who(network="flat")
    assert keys(buyer=near, sharer=near, in_hour=5) == (["hurry", "network"], True)
    coupon = {"is_coupon_first": True}
    crowd = keys(buyer=near, sharer=near, others=(near,) * 3, **coupon)
    assert crowd == (["crowd_network", "network", "coupon"], True)
    assert keys(buyer=near, others=(near,) * 3, in_hour=5) == (["hurry", "crowd_network"], True)
    assert keys(in_hour=12) == (["hurry"], True)
    assert keys(is_coupon_first=True, coupon_firsts=3) == (["coupons", "coupon"], True)
    assert keys(buyer=who("a"), others=(who("a"),) * 2) == (["crowd"], True)
    assert keys(cleared=6, came_back=2) == (["came_back"], True)
    for hops in (2, 3):
        assert keys(cycle=hops) == (["cycle"], True)


def test_every_reason_has_words():
    assert set(scoring.WORDS) == {
        "device", "home", "contact", "network", "cycle", "hurry", "crowd", "crowd_network",
        "came_back", "coupon", "coupons",
    }  # fmt: skip
