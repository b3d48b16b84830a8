"""What is planted in the demo world, so that what is found in it later can be judged.

Six stories, each told once, by the same seed always by the same people:

- tea (kiln): 46 members talk mostly with one another, about tea, for eight weeks; Lan and Kenji
  lead.
- late (kiln): two orders, eight days old, paid and unanswered; six threads turn unhappy, then
  others.
- drift (kiln): twelve lively members fall silent: over content, products and service, four each.
- price (everywhere): fourteen members buy often, only what is cheap, and speak of prices.
- chain (everywhere): Sol invites, the invited invite: 25 people over four steps, in their touches.
- misfit (four): a scented candle in a tea shop: two sold, one sent back, puzzled words.

`planted()` gives people and things by their keys in the plan; `remembered()` by their rows.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from .build.hands import Hands
from .plan.shapes import Plan, Story
from .plan.world import digest, make_plan

PLACE = "demo/stories.json"


def planted(*, seed: int, now: datetime) -> list[Story]:
    """The stories of the world that `seed` and `now` make."""
    return make_plan(seed=seed, now=now).stories


def remember(plan: Plan, hands: Hands) -> None:
    """Write down, beside the private files, which rows tell which story."""
    told = [
        {
            "name": story.name,
            "community": story.community,
            "about": story.about,
            "from": story.from_at.isoformat() if story.from_at else "",
            "to": story.to_at.isoformat() if story.to_at else "",
            "people": {key: hands.people[key].pk for key in story.people},
            "posts": {key: hands.posts[key].pk for key in story.posts},
            "orders": {key: hands.orders[key].number for key in story.orders},
            "products": story.products,
            "more": story.more,
        }
        for story in plan.stories
    ]
    kept = {"seed": plan.seed, "now": plan.now.isoformat(), "plan": digest(plan), "stories": told}
    storage = storages["private"]
    if storage.exists(PLACE):
        storage.delete(PLACE)
    storage.save(PLACE, ContentFile(json.dumps(kept, ensure_ascii=False, indent=1).encode()))


def remembered() -> dict[str, Any]:
    """What `remember` wrote; empty when there is no demo world."""
    storage = storages["private"]
    if not storage.exists(PLACE):
        return {}
    with storage.open(PLACE) as file:
        found: dict[str, Any] = json.load(file)
    return found
