from __future__ import annotations

from .models import Book


def currency_of(community_id: int) -> str:
    """The currency of a community's book."""
    return str(Book.objects.values_list("currency", flat=True).get(community_id=community_id))
