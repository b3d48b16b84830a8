from __future__ import annotations

from banyan.content import rules
from banyan.content.rules import Candidate, for_you, heat


def test_a_newer_post_stands_above_an_older_one_that_moved_nobody():
    assert heat(published_seconds=2000, likes=0, comments=0) > heat(
        published_seconds=1000, likes=0, comments=0
    )


def test_seven_likes_lift_a_post_by_a_day():
    day = 24 * 3600
    assert heat(published_seconds=0, likes=7, comments=0) == day
    assert heat(published_seconds=0, likes=1, comments=3) == day


def test_a_comment_counts_for_two_likes():
    assert heat(published_seconds=0, likes=2, comments=0) == heat(
        published_seconds=0, likes=0, comments=1
    )


def test_closeness_grows_with_likes_and_never_reaches_one():
    steps = [rules.closeness(n) for n in range(50)]
    assert steps[0] == 0
    assert steps[3] == 0.5
    assert steps == sorted(steps)
    assert steps[-1] < 1


def test_a_stranger_sees_the_common_order():
    posts = [Candidate(1, 100, 7, None), Candidate(2, 300, 8, 1), Candidate(3, 200, 9, None)]
    assert [c.post_id for c in for_you(posts, authors={}, topics={})] == [2, 3, 1]


def test_an_author_one_likes_comes_up_by_at_most_eighteen_hours():
    far = Candidate(1, 0, 7, None)
    near = Candidate(2, 17 * 3600, 8, None)
    farther = Candidate(3, 19 * 3600, 8, None)
    loved = {7: 10_000}
    assert [c.post_id for c in for_you([far, near, farther], authors=loved, topics={})] == [3, 1, 2]


def test_a_topic_one_likes_counts_half_as_much_as_an_author():
    assert rules.TOPIC_SECONDS * 2 == rules.AUTHOR_SECONDS
    a, b = Candidate(1, 0, 7, 5), Candidate(2, 3600, 8, None)
    assert [c.post_id for c in for_you([a, b], authors={}, topics={5: 3})] == [1, 2]


def test_short_words_without_a_photo_get_colour():
    assert rules.tone(title="Handle or no handle?", text="", has_photo=False) == rules.SAY
    assert rules.tone(title="谢谢Yusuf", text="", has_photo=False) == rules.THANKS
    assert rules.tone(title="Handle?", text="", has_photo=True) == rules.PLAIN
    assert rules.tone(title="Long", text="x" * 200, has_photo=False) == rules.PLAIN


def test_no_state_comes_back_from_erasure():
    assert rules.MOVES[rules.ERASED] == ()
    assert set(rules.MOVES) == {key for key, _ in rules.STATES}
