"""Fill an empty database for the benches: one community, N products, posts, people. Bulk inserts.

    BANYAN_DATA=… python bench/fill.py PRODUCTS POSTS

Nothing here is a demo account, so the server can be measured as in production (DEBUG off).
Prints what the bench needs to know as JSON.
"""

from __future__ import annotations

import io
import json
import os
import random
import sys
from datetime import datetime, timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.settings")
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from PIL import Image

from banyan.catalog.models import Product, ProductPhoto, Variant
from banyan.communities.models import Community, Member
from banyan.content.models import Post, PostPhoto, PostProduct
from banyan.core.pictures import take_picture
from banyan.core.text import search_words
from banyan.culture import actions as culture
from banyan.people.models import Person

CHANCE = random.Random(20261122)
WORDS = (
    "celadon ash rim foot kiln morning glaze throw trim bowl cup shelf wood smoke slow hand clay "
    "pour steam quiet light window table bread noodle plum branch winter rain"
).split()


def words(count: int) -> str:
    return " ".join(CHANCE.choice(WORDS) for _ in range(count)).capitalize()


def found(now: datetime) -> Community:
    """An empty community with its owner."""
    owner = Person.objects.create_user("owner@bench.example", None, name="Mei Lin")
    return culture.found(
        founder=owner, slug="kiln", name="Slow Kiln", lang="en", second_name="慢窑",
        second_lang="zh-Hans", purpose="People who would rather own one cup made by hand.",
        currency="CNY", interests=["ceramics"], zone="Asia/Shanghai", now=now,
        goal="Make less, keep it longer.", values=["Kindness"],
        conventions=["Show the flaw in the photo."],
    )  # fmt: skip


def let_in(kiln: Community, number: int, now: datetime) -> list[Member]:
    """So many members beside the owner."""
    people = Person.objects.bulk_create(
        Person(email=f"p{i}@bench.example", name=f"{words(1)} {i}") for i in range(number)
    )
    members = Member.objects.bulk_create(
        Member(community=kiln, person=p, state="joined", number=i + 2, joined_at=now)
        for i, p in enumerate(people)
    )
    Community.objects.filter(pk=kiln.pk).update(member_count=number + 1, last_number=number + 1)
    return members


@transaction.atomic
def fill(products: int, posts: int) -> dict[str, object]:
    now = timezone.now()
    kiln = found(now)
    members = let_in(kiln, 200, now)
    pictures = []
    for n in range(20):
        out = io.BytesIO()
        Image.new("RGB", (640, 800), (n * 12, 120, 220 - n * 9)).save(out, "JPEG")
        pictures.append(take_picture(out.getvalue(), community_id=kiln.pk, owner=None, now=now))
    things = Product.objects.bulk_create(
        Product(
            community=kiln, slug=f"thing-{i}", handle=f"thing-{i}", title=f"{words(3)} {i}",
            line=words(9), description=f"<p>{words(60)}</p>", category=WORDS[i % 8],
            state="published", published_at=now - timedelta(minutes=i), cover=pictures[i % 20],
            price_from_minor=9900 + i % 70 * 100, search=search_words(words(8)), search_version=1,
            vendor="Mei Lin", ship_within_days=3,
        )
        for i in range(products)
    )  # fmt: skip
    Variant.objects.bulk_create(
        (Variant(community=kiln, product=t, price_minor=t.price_from_minor, on_hand=1_000_000)
         for t in things), batch_size=500,
    )  # fmt: skip
    ProductPhoto.objects.bulk_create(
        (ProductPhoto(community=kiln, product=t, picture=t.cover, alt=t.title, state="ready")
         for t in things), batch_size=500,
    )  # fmt: skip
    written = Post.objects.bulk_create(
        (
            Post(
                community=kiln, author=CHANCE.choice(members), title=words(4),
                body=f"{words(40)}.\n\n{words(30)}.", lang="en", cover=pictures[i % 20],
                published_at=now - timedelta(minutes=7 * i), score=10**6 - i,
                like_count=i % 40, comment_count=i % 5,
            )
            for i in range(posts)
        ),
        batch_size=500,
    )  # fmt: skip
    PostPhoto.objects.bulk_create(
        (PostPhoto(community=kiln, post=p, picture=p.cover) for p in written), batch_size=500
    )
    PostProduct.objects.bulk_create(
        (PostProduct(community=kiln, post=p, product=things[i % len(things)])
         for i, p in enumerate(written) if i % 3 == 0), batch_size=500,
    )  # fmt: skip
    return {
        "community": kiln.slug,
        "product": things[5].slug,
        "post": written[5].oid if written else "",
        "session": sign_in(members[0].person),
    }


def sign_in(person: Person) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "banyan.people.backends.PasswordBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return session.session_key


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    print(json.dumps(fill(int(sys.argv[1]), int(sys.argv[2]))))
