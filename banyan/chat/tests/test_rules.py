from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from banyan.chat import rules

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(("ago", "slow", "wait"), [(0, 30, 30), (29.5, 30, 1), (30, 30, 0),
                                                   (5, 0, 0), (99, 30, 0)])  # fmt: skip
def test_slow_mode_waits_whole_seconds(ago: float, slow: int, wait: int) -> None:
    last = NOW - timedelta(seconds=ago)
    assert rules.waits(last_at=last, slow_seconds=slow, now=NOW) == wait
    assert rules.waits(last_at=None, slow_seconds=slow, now=NOW) == 0


def test_the_longest_name_after_an_at_is_meant() -> None:
    names = ["Mei", "Mei Lin", "阿岚", "Jo"]
    assert rules.mentioned("@Mei Lin look, @阿岚看这里", names) == {"Mei Lin", "阿岚"}
    assert rules.mentioned("mail me at jo@Jo.example", names) == {"Jo"}
    assert rules.mentioned("no names here", names) == set()
    assert "阿岚" in rules.possible_names("早 @阿岚看这里")


def test_marks_stand_in_text_and_never_in_a_tag() -> None:
    shown = rules.mark_mentions('<p><a href="https://x/@Mei">@Mei</a> @Mei &amp; co</p>', ["Mei"])
    assert shown == (
        '<p><a href="https://x/@Mei"><b class="at">@Mei</b></a> <b class="at">@Mei</b> &amp; co</p>'
    )
    assert rules.mark_mentions("<p>@&lt;b&gt;</p>", ["<b>"]) == (
        '<p><b class="at">@&lt;b&gt;</b></p>'
    )


@pytest.mark.parametrize(("band", "may"), [("", True), ("teen", True), ("adult", True),
                                           ("child", False)])  # fmt: skip
def test_below_the_band_nobody_is_written_to(band: str, may: bool) -> None:
    assert rules.may_be_written_to(band=band, region="CN") is may


def test_one_who_asks_says_a_few_words_before_the_first_answer() -> None:
    assert rules.may_follow_up(own=rules.WORDS_BEFORE_ANSWER - 1, theirs=0)
    assert not rules.may_follow_up(own=rules.WORDS_BEFORE_ANSWER, theirs=0)
    assert rules.may_follow_up(own=99, theirs=1)
