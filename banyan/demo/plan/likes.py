"""Who likes what: a long tail of posts, and readers who like more than others."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from random import Random

from .crowd import Crowd, Readers
from .shapes import PostPlan


class Likes:
    def __init__(self, rng: Random, crowd: Crowd, tea: set[str], now: datetime):
        self.rng, self.crowd, self.tea, self.now = rng, crowd, tea, now

    def give(self, posts: list[PostPlan], *, wanted: int) -> None:
        readers = {slug: Readers(self.crowd, slug) for slug in self.crowd.seats}
        pulls = []
        for post in posts:
            pull = self.rng.lognormvariate(0, 0.8) * (1.6 if post.photo else 1.0)
            pull *= 2.2 if post.author in ("mei", "qin", "aino") else 1.0
            pull *= 0.3 if post.story.startswith(("late", "drift")) else 1.0
            pull *= 0.4 if post.topic == "questions" else 1.0
            pull *= len(readers[post.community].seats) ** 0.6
            pulls.append(pull * (0.35 if self.now - post.at < timedelta(hours=6) else 1.0))
        scale = 0.86 * wanted / sum(pulls)
        for post, pull in zip(posts, pulls, strict=True):
            count = self._about(pull * scale)
            among = self.tea if post.topic == "tea" else None
            post.likes = self._liked(readers[post.community], post.at, count, {post.author}, among)
            for comment in post.comments:
                count = self._about(0.14 * wanted / 2300 * 1.1)
                if comment.mood == "angry":
                    count += 2
                comment.likes = self._liked(
                    readers[post.community], comment.at, count, {comment.author}, None
                )

    def _about(self, mean: float) -> int:
        return int(mean) + (self.rng.random() < mean - math.floor(mean))

    def _liked(
        self, readers: Readers, since: datetime, count: int, without: set[str],
        among: set[str] | None,
    ) -> list[tuple[str, datetime]]:  # fmt: skip
        found = []
        for seat in readers.draw(self.rng, count, since, without):
            if among is not None and seat.person.key not in among and self.rng.random() < 0.6:
                continue
            at = since + timedelta(minutes=min(self.rng.lognormvariate(4.8, 1.6), 9 * 1440))
            if at >= self.now:
                at = since + (self.now - since) * self.rng.uniform(0.05, 0.97)
            if seat.until is None or at < seat.until:
                found.append((seat.person.key, at))
        return sorted(found, key=lambda like: like[1])
