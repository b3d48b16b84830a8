from itertools import pairwise

import pytest

from banyan.core.jobs import rules


def test_every_failure_waits_longer_up_to_six_hours() -> None:
    waits = [rules.delay_seconds(tries=tries, chance=0.5) for tries in range(1, 12)]
    assert waits[:4] == [10, 30, 90, 270]
    assert all(a <= b for a, b in pairwise(waits))
    assert waits[-1] == rules.LONGEST_DELAY_SECONDS


def test_jobs_that_failed_together_do_not_come_back_together() -> None:
    assert rules.delay_seconds(tries=3, chance=0) == 67.5
    assert rules.delay_seconds(tries=3, chance=1) == 112.5


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("cannot reach postgres://mei:pw-abc@db/banyan", "pw-abc"),
        ("GET https://pay.example.org/v1?token=tk_12345 gave 401", "tk_12345"),
        ("bad header Authorization: Bearer ey.short", "ey.short"),
        ("password = 'hunter2' refused", "hunter2"),
        ("no mailbox mei.lin@example.org", "mei.lin"),
        ("key sk_live_51HxT3aB4cD5eF6gH7iJ8kL9 expired", "sk_live_51HxT3aB4cD5eF6gH7iJ8kL9"),
    ],
)
def test_errors_are_kept_without_secrets(text: str, secret: str) -> None:
    kept = rules.without_secrets(text)
    assert secret not in kept
    assert kept[:3] == text[:3]


def test_plain_errors_are_kept_as_they_are() -> None:
    assert rules.without_secrets("the picture is 0 pixels wide") == "the picture is 0 pixels wide"
