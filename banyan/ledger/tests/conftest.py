from __future__ import annotations

from typing import Any

import pytest

from banyan.sellers.models import Book


@pytest.fixture
def book(kiln: Any) -> Book:
    """The book of Slow Kiln."""
    return Book.objects.get(community=kiln)
