"""Icons are drawn by whichever thread is asked first, and all of them may be asked at once."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from banyan.core.ui import drawings

NAMES = [
    name.removesuffix(".svg") for name in drawings._lucide().namelist() if name.endswith(".svg")
]


@pytest.fixture
def hurry():
    """Threads take turns as often as they can, so that what can come between does."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_that_draw_at_once_disturb_nobody(hurry):
    """A process starts, and its first pages are asked for by several people in the same moment."""
    drawings.icon.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(drawings.icon, NAMES * 2, timeout=60))
    drawings.icon.cache_clear()
    assert len(drawn) > 2000
    assert drawn == [drawings.icon(name) for name in NAMES] * 2
