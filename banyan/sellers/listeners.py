from __future__ import annotations

from banyan.communities.events import CommunityFounded
from banyan.communities.models import Community
from banyan.core.events import on

from .models import Book


@on(CommunityFounded)
def open_the_book(event: CommunityFounded) -> None:
    """A community sells from its first day in one currency, in a book of its own."""
    community = Community.objects.get(pk=event.community_id)
    Book.objects.get_or_create(
        community=community,
        defaults={
            "merchant": community.name,
            "currency": event.currency,
            "opened_at": event.now,
        },
    )
