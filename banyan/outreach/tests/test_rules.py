"""When people may be disturbed. No database."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

from banyan.outreach import rules


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def loud(moment: str, zone: str = "UTC", begin: int = 22, end: int = 8) -> datetime:
    return rules.loud_from(at(moment), zone=zone, begin=begin, end=end)


def test_by_day_nothing_waits() -> None:
    assert loud("2026-11-22T12:00") == at("2026-11-22T12:00")
    assert loud("2026-11-22T21:59") == at("2026-11-22T21:59")


def test_at_night_it_waits_for_the_morning() -> None:
    assert loud("2026-11-22T22:00") == at("2026-11-23T08:00")
    assert loud("2026-11-23T03:30") == at("2026-11-23T08:00")
    assert loud("2026-11-23T08:00") == at("2026-11-23T08:00")


def test_the_night_is_the_persons_own() -> None:
    # 15:00 UTC is 23:00 in Shanghai, and morning there is midnight UTC.
    assert loud("2026-11-22T15:00", "Asia/Shanghai") == at("2026-11-23T00:00")
    assert loud("2026-11-22T15:00", "Europe/Berlin") == at("2026-11-22T15:00")


def test_a_night_with_a_changed_clock_ends_at_the_same_hour() -> None:
    # Berlin leaves summer time on 25 October 2026: eight o'clock is seven UTC then.
    assert loud("2026-10-24T21:00", "Europe/Berlin") == at("2026-10-25T07:00")


def test_quiet_hours_within_a_day_and_none_at_all() -> None:
    assert loud("2026-11-22T13:10", begin=13, end=14) == at("2026-11-22T14:00")
    assert loud("2026-11-22T23:10", begin=5, end=5) == at("2026-11-22T23:10")


def test_an_unknown_zone_counts_as_utc() -> None:
    assert loud("2026-11-22T23:00", "Mars/Olympus") == at("2026-11-23T08:00")


def test_the_weeks_letter_is_due_from_monday_nine_where_one_lives() -> None:
    assert rules.digest_week(at("2026-11-23T08:59"), "UTC") is None
    assert rules.digest_week(at("2026-11-23T09:00"), "UTC") == "2026-W48"
    assert rules.digest_week(at("2026-11-23T01:00"), "Asia/Shanghai") == "2026-W48"
    assert rules.digest_week(at("2026-11-27T01:00"), "UTC") == "2026-W48"


def test_what_is_about_one_thing_stands_together_as_long_as_it_is_equally_read() -> None:
    def one(pk: int, about: int, read: bool = False) -> SimpleNamespace:
        return SimpleNamespace(
            pk=pk, topic="reply", about_kind="post", about_id=about, read_at=read or None
        )

    groups = rules.gathered([one(5, 1), one(4, 2), one(3, 1), one(2, 1, read=True)])
    assert [[n.pk for n in group] for group in groups] == [[5, 3], [4], [2]]
