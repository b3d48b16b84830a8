"""Posts, what is said under them, and who likes them."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from . import texts
from .clock import Clock
from .crowd import Crowd
from .likes import Likes
from .people import Circle
from .shapes import EN, ZH, CommentPlan, CommunityPlan, PostPlan

_MAKING = {"firing", "glaze", "clay", "wheel", "tools", "studio", "gathering"}
_SAME = ("intro", "order", "charter")
_PLACE_POOL = {"four": "tea", "wax": "wax"}
SHARE_ZH = {"kiln": 0.52, "four": 0.6, "wax": 0.4}
SHARE_OF_POSTS = {"kiln": 0.5, "four": 0.3, "wax": 0.2}


def pool_of(post: PostPlan) -> str:
    """Which remarks fit under a post."""
    if post.topic == "questions":
        return "question"
    if post.subject in _SAME:
        return post.subject
    if post.topic == "tea":
        return "tea"
    if post.community in _PLACE_POOL:
        return _PLACE_POOL[post.community]
    return "making" if post.subject in _MAKING else "wares"


class Words:
    """Hands out sentences, the least used first, never one twice under the same post."""

    def __init__(self, rng: Random):
        self.rng = rng
        self.uses: dict[str, int] = {}

    def pick(self, choices: list[str], taken: set[str]) -> str:
        free = [c for c in choices if c not in taken] or choices
        least = min(self.uses.get(c, 0) for c in free)
        one = self.rng.choice([c for c in free if self.uses.get(c, 0) == least])
        self.uses[one] = least + 1
        return one

    def remark(self, lang: str, pool: str, taken: set[str]) -> str:
        known = texts.remarks(lang)
        one = self.pick(known[pool], taken)
        taken.add(one)
        if self.uses[one] == 1 or self.rng.random() < 0.45:
            return one
        joint, tail = " " if lang == EN else "", self.pick(known["tails"], taken)
        return f"{tail}{joint}{one}" if self.rng.random() < 0.4 else f"{one}{joint}{tail}"


class Talk:
    def __init__(
        self, rng: Random, crowd: Crowd, places: list[CommunityPlan], circle: Circle, now: datetime
    ):
        self.rng, self.crowd, self.circle, self.now = rng, crowd, circle, now
        self.places = {p.slug: p for p in places}
        self.words = Words(rng)
        self.posts: list[PostPlan] = []
        self.tea = set(circle.tea)
        self.staff = {"mei", "qin", "aino", "hebei", "yusuf", "jonas", "lan", "kenji", "sol"}
        self.staff |= {key for place in places for key in place.roles}

    # Posts

    def write_all(self, *, posts: int, comments: int, likes: int) -> list[PostPlan]:
        for place in self.places.values():
            self._hand_written(place)
        self._stories()
        self._shorts(posts - len(self.posts))
        self.posts.sort(key=lambda p: (p.at, p.community, p.author, p.body))
        for n, post in enumerate(self.posts, start=1):
            post.key = f"post-{n:04d}"
        self._answers(comments)
        self._spill()
        Likes(self.rng, self.crowd, self.tea, self.now).give(self.posts, wanted=likes)
        return self.posts

    def _clock(self, place: CommunityPlan) -> Clock:
        return Clock(
            self.rng, start=place.founded_at + timedelta(hours=26),
            end=self.now - timedelta(minutes=25), zone=place.zone, growth=1.1,
        )  # fmt: skip

    def _hand_written(self, place: CommunityPlan) -> None:
        clock = self._clock(place)
        twins: dict[tuple[str, int], datetime] = {}
        for lang in (EN, ZH):
            written = list(texts.posts(place.slug, lang))
            self.rng.shuffle(written)
            counts: dict[str, int] = {}
            for one in written:
                at = clock.draw()
                by = one.marks.get("by", "")
                if by == "owner":
                    n = counts[one.subject] = counts.get(one.subject, 0) + 1
                    # The owner says it in both languages, one after the other.
                    at = twins.setdefault((one.subject, n), at)
                    at += timedelta(minutes=0 if lang == EN else self.rng.randrange(4, 15))
                author = place.owner if by == "owner" else by
                if one.subject == "intro":
                    author, at = self._newcomer(place, lang, at)
                if author and author != place.owner:
                    seats = self.crowd.members(place.slug)
                    seat = next((s for s in seats if s.person.key == author), None)
                    author = author if seat else ""
                    at = max(at, seat.at + timedelta(hours=2)) if seat else at
                if not author:
                    author = self.crowd.writer(
                        self.rng, place.slug, lang, at, without={place.owner}, quieter=self.tea
                    )  # fmt: skip
                self._add(place, one, author or place.owner, at)

    def _newcomer(self, place: CommunityPlan, lang: str, at: datetime) -> tuple[str, datetime]:
        known = {p.author for p in self.posts if p.subject == "intro"}
        seats = [
            s for s in self.crowd.members(place.slug)
            if s.person.lang == lang and s.person.activity and s.person.key not in known
            and s.at > place.founded_at + timedelta(days=2) and s.at < self.now - timedelta(hours=8)
            and s.person.key not in self.tea
        ]  # fmt: skip
        if not seats:
            return "", at
        seat = self.rng.choice(seats)
        return seat.person.key, seat.at + timedelta(minutes=self.rng.randrange(6, 400))

    def _add(
        self, place: CommunityPlan, one: texts.Written, author: str, at: datetime,
        *, story: str = "", mood: str = "", topic: str = "",
    ) -> PostPlan:  # fmt: skip
        topic = topic or one.marks.get("topic", "talk")
        product = one.marks.get("product", "")
        photo = one.marks.get("photo", "")
        # Photos come first; who is angry or asks about a price takes none.
        if not photo and product and not mood and not story and self.rng.random() < 0.5:
            photo = "product"
        post = PostPlan(
            key="", community=place.slug, author=author, at=at, lang=one.lang,
            subject=one.subject, topic=topic, title=one.title, body=one.body, photo=photo,
            product=product, story=story, mood=mood,
        )  # fmt: skip
        self.posts.append(post)
        self._scripted(post, one)
        return post

    def _shorts(self, count: int) -> None:
        """Short posts, each from two halves; no half more often than need be."""
        clocks = {slug: self._clock(place) for slug, place in self.places.items()}
        made: set[tuple[str, str]] = set()
        for _ in range(max(count, 0)):
            slug = self.rng.choices(list(SHARE_OF_POSTS), list(SHARE_OF_POSTS.values()))[0]
            lang = ZH if self.rng.random() < SHARE_ZH[slug] else EN
            is_tea = slug == "kiln" and self.rng.random() < 0.16
            home = "four" if is_tea else slug
            choices = [s for s in texts.shorts(lang) if s.community == home]
            for _try in range(6):
                short = self.rng.choice(choices)
                first = self.words.pick(short.firsts, set())
                second = self.words.pick(short.seconds, set())
                if (first, second) not in made:
                    break
            made.add((first, second))
            body = f"{first}{' ' if lang == EN else ''}{second}"
            at = clocks[slug].draw()
            if is_tea:
                at = max(at, self.now - timedelta(days=self.rng.uniform(0.2, 52)))
            author = self.crowd.writer(
                self.rng, slug, lang, at, without={p.owner for p in self.places.values()},
                among=self.tea if is_tea else None, quieter=() if is_tea else self.tea,
            ) or self.places[slug].owner  # fmt: skip
            mine = bool(short.product) and not is_tea
            marks = {"product": short.product} if mine and self.rng.random() < 0.5 else {}
            one = texts.Written(subject=short.subject, lang=lang, body=body, marks=marks)
            topic = "tea" if is_tea else ("made" if marks else "talk")
            self._add(
                self.places[slug], one, author, at, topic=topic, story="tea" if is_tea else ""
            )

    # Planted stories

    def _stories(self) -> None:
        self._tea_story()
        self._late_story()
        self._drift_story()
        kiln, four = self.places["kiln"], self.places["four"]
        spread = Clock(
            self.rng, start=self.now - timedelta(days=55), end=self.now - timedelta(days=2),
            zone=kiln.zone, growth=0.3,
        )  # fmt: skip
        price = set(self.circle.price)
        for n, one in enumerate(texts.story("price")):
            place = four if n >= 3 and n < 5 else kiln
            if n == 5:
                place = self.places["wax"]
            at = spread.draw()
            author = self.crowd.writer(self.rng, place.slug, one.lang, at, among=price)
            if not author:
                author = self.crowd.writer(self.rng, place.slug, one.lang, at)
            self._add(place, one, author, at, story="price")
        for n, one in enumerate(texts.story("misfit")):
            at = four.founded_at + timedelta(days=60 + 7 * n, hours=self.rng.uniform(1, 20))
            at = min(at, self.now - timedelta(days=1))
            author = self.crowd.writer(self.rng, four.slug, one.lang, at, without={four.owner})
            self._add(four, one, author, at, story="misfit")
        chain = set(self.circle.chain)
        for one in texts.story("invite"):
            place = self.places[one.marks["community"]]
            at = self.now - timedelta(days=self.rng.uniform(8, 30))
            author = self.crowd.writer(self.rng, place.slug, one.lang, at, among=chain)
            if author:
                self._add(place, one, author, at, story="invite")

    def _tea_story(self) -> None:
        """Wednesdays at eight, in the order in which they happened, for seven weeks and more."""
        kiln = self.places["kiln"]
        told = texts.story("tea")
        zone = ZoneInfo(kiln.zone)
        start = self.now - timedelta(days=58)
        for n, one in enumerate(told):
            at = start + timedelta(days=57 * n / len(told))
            local = at.astimezone(zone)
            if "周三茶局" in one.body or "Wednesday tea" in one.body or "Round" in one.body:
                local += timedelta(days=(2 - local.weekday()) % 7)
            local = local.replace(hour=self.rng.randrange(19, 23), minute=self.rng.randrange(60))
            at = min(local, self.now - timedelta(hours=3 + n % 3))
            author = self.crowd.writer(self.rng, "kiln", one.lang, at, among=self.tea)
            if n in (1, 7) and self.crowd.here("lan", "kiln", at):
                author = "lan"
            if n in (0, 5) and self.crowd.here("kenji", "kiln", at):
                author = "kenji"
            self._add(kiln, one, author or "lan", at, story="tea", topic="tea")

    def _late_story(self) -> None:
        kiln = self.places["kiln"]
        hours = {0: 43, 1: 39, 2: 21, 3: 17, 4: 11, 5: 6}
        for n, one in enumerate(texts.story("late")):
            author = self.circle.late[one.marks["by"]]
            at = self.now - timedelta(hours=hours[n], minutes=self.rng.randrange(50))
            self._add(
                kiln, one, author, at, story="late", mood=one.marks.get("mood", ""), topic="talk"
            )

    def _drift_story(self) -> None:
        """Last words of those who drift away, hours before they fall silent."""
        for cause, keys in self.circle.drift.items():
            told = {EN: [], ZH: []}
            for one in texts.story(f"drift-{cause}"):
                told[one.lang].append(one)
            for key in keys:
                person = self.crowd.people[key]
                one = told[person.lang].pop()
                assert person.quiet_from is not None
                at = person.quiet_from - timedelta(hours=self.rng.uniform(1, 9))
                self._add(self.places["kiln"], one, key, at, story=f"drift-{cause}", topic="talk")

    # Comments

    def _scripted(self, post: PostPlan, one: texts.Written) -> None:
        at, taken = post.at, {post.author}
        for sign, body in one.said:
            at += timedelta(minutes=min(self.rng.lognormvariate(3.1, 1.2), 2000))
            at = self._awake(at, post)
            lang = texts.lang_of(body)
            among = None
            if post.story == "tea":
                among = self.tea
            if post.story == "price":
                among = set(self.circle.price)
            if sign == "<":
                author, answers = post.author, len(post.comments) - 1
            else:
                away = taken | {self.places[post.community].owner, "dara"}
                away |= self.staff if post.story in ("late", "misfit", "price") else set()
                choice = {"without": away, "quieter": () if among else self.tea}
                author = self.crowd.writer(
                    self.rng, post.community, lang, at, among=among, **choice
                )
                author = author or self.crowd.writer(self.rng, post.community, lang, at, **choice)
                answers = None
            if not author or at >= self.now - timedelta(minutes=2):
                if sign == "<" or post.story != "late":
                    return
                at = self.now - timedelta(minutes=self.rng.randrange(3, 240))
                at = max(at, post.at + timedelta(minutes=4))
            taken.add(author)
            mood = "angry" if post.story == "late" else ""
            post.comments.append(
                CommentPlan(author=author, body=body, lang=lang, at=at, answers=answers, mood=mood)
            )

    def _answers(self, wanted: int) -> None:
        """Fill up with remarks until there are `wanted` comments in all."""
        missing = wanted - sum(len(p.comments) for p in self.posts)
        open_posts = [p for p in self.posts if p.story not in ("late",)]
        pulls = [self._pull(p) for p in open_posts]
        for post in self.rng.choices(open_posts, pulls, k=max(missing, 0)):
            self._remark(post)
        for post in self.posts:
            self._in_order(post)

    def _pull(self, post: PostPlan) -> float:
        pull = self.rng.lognormvariate(0, 0.9) * (1.0 if len(post.comments) < 4 else 0.7)
        pull *= 1.6 if post.author in ("mei", "qin", "aino") else 1.0
        pull *= 4.0 if post.topic == "tea" else 1.0
        pull *= 0.25 if post.story.startswith("drift") else 1.0
        return pull * (0.5 if self.now - post.at < timedelta(hours=5) else 1.0)

    def _remark(self, post: PostPlan) -> None:
        rng = self.rng
        at = post.at + timedelta(minutes=min(rng.lognormvariate(4.6, 1.5), 8 * 1440))
        at = self._awake(at, post)
        if at >= self.now - timedelta(minutes=1):
            at = post.at + (self.now - post.at) * rng.uniform(0.1, 0.95)
        taken = {c.body for c in post.comments}
        if post.comments and rng.random() < 0.17:
            n = rng.randrange(len(post.comments))
            asked = post.comments[n]
            answered = {c.answers for c in post.comments}
            can = self.crowd.here(post.author, post.community, max(at, asked.at))
            if asked.author != post.author and n not in answered and asked.answers is None and can:
                at = max(at, asked.at + timedelta(minutes=rng.randrange(3, 240)))
                if at < self.now and asked.lang in self.crowd.people[post.author].writes:
                    body = self.words.pick(texts.remarks(asked.lang)["reply"], taken)
                    post.comments.append(
                        CommentPlan(
                            author=post.author, body=body, lang=asked.lang, at=at, answers=n
                        )
                    )  # fmt: skip
                return
        lang, pool = post.lang, pool_of(post)
        if rng.random() < 0.04:
            lang, pool = (EN if post.lang == ZH else ZH), "foreign"
        inside = post.topic == "tea" and rng.random() < 0.93
        without = {post.author, self.places[post.community].owner, "dara"}
        without |= {c.author for c in post.comments if rng.random() < 0.93}
        author = self.crowd.writer(
            rng, post.community, lang, at, without=without,
            among=self.tea if inside else None, quieter=() if inside else self.tea,
        )  # fmt: skip
        if author:
            body = self.words.remark(lang, pool, taken)
            post.comments.append(CommentPlan(author=author, body=body, lang=lang, at=at))

    def _awake(self, at: datetime, post: PostPlan) -> datetime:
        """Most of what would be said between one and six at night is said in the morning."""
        hour = at.astimezone(ZoneInfo(self.places[post.community].zone)).hour
        later = at + timedelta(hours=6.5 - (hour - 1) * 0.8)
        is_night = 1 <= hour < 6 and self.rng.random() < 0.85
        return later if is_night and later < self.now else at

    def _spill(self) -> None:
        """Those who were angry under the parcel posts say so under other posts as well."""
        angry = {
            (c.author, c.lang)
            for p in self.posts if p.story == "late" for c in p.comments
        }  # fmt: skip
        others = [
            p for p in self.posts
            if p.community == "kiln" and not p.story and self.now - p.at < timedelta(hours=60)
        ]  # fmt: skip
        said = {lang: list(texts.spills(lang)) for lang in (EN, ZH)}
        for author, lang in sorted(angry):
            if not said[lang] or not others:
                continue
            post = self.rng.choice(others)
            at = self.now - timedelta(hours=self.rng.uniform(0.3, 16))
            at = max(at, post.at + timedelta(minutes=9))
            if at < self.now and self.crowd.here(author, "kiln", at):
                post.comments.append(
                    CommentPlan(
                        author=author, body=said[lang].pop(), lang=lang, at=at, mood="angry"
                    )
                )  # fmt: skip
                self._in_order(post)

    def _in_order(self, post: PostPlan) -> None:
        """Sort by time, keeping who answers whom; an answer is never earlier than its question."""
        old = post.comments
        for c in old:
            if c.answers is not None:
                c.at = max(c.at, old[c.answers].at + timedelta(seconds=50))
        order = sorted(range(len(old)), key=lambda i: (old[i].at, i))
        place = {was: new for new, was in enumerate(order)}
        for c in old:
            c.answers = None if c.answers is None else place[c.answers]
        post.comments = [old[i] for i in order]
