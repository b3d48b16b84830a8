"""Members' and operators' pages of memberships, and the part of a post that they open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from banyan.communities import actions as communities
from banyan.communities.models import Member
from banyan.content.actions import post as posts
from banyan.content.models import Post
from banyan.core.jobs import run_due
from banyan.core.models import Activity
from banyan.culture import actions as culture
from banyan.orders.actions import baskets
from banyan.orders.queries import basket_at
from banyan.outreach.models import Notice
from banyan.pricing.actions import planning
from banyan.search.models import Words
from banyan.tiers import rules
from banyan.tiers.actions import inner, lasting
from banyan.tiers.models import Bill, Inner, Tier

from .conftest import DAY, fresh, holds

pytestmark = pytest.mark.django_db
SECRET = "Nine parts ash to one of clay, and never the other way round."


@pytest.fixture
def now() -> Any:
    return timezone.now()


@pytest.fixture
def page() -> Callable[..., Client]:
    """A browser: page(cast.jonas), page() for a stranger."""

    def make(person: Any = None) -> Client:
        client = Client()
        if person is not None:
            client.force_login(person, "banyan.people.backends.PasswordBackend")
        return client

    return make


@pytest.fixture
def secret(tiers: Any, kiln: Any, cast: Any, member_of: Any, now: Any) -> Post:
    """Mei's post, with a part for Patrons."""
    mei = member_of(kiln, cast.mei)
    made = posts.publish(author=mei, title="Ash glaze", body="The short of it: sieve twice.",
                         now=now)  # fmt: skip
    inner.write(post=made, tier=tiers.patrons, body=SECRET, by=mei, now=now)
    return made


def send(client: Client, path: str, **fields: Any) -> Any:
    return client.post(path, {"form_key": uuid4().hex} | fields)


def words(answer: Any) -> str:
    return str(answer.content.decode())


GOOD = {
    "name": "Friends of the kiln", "words": "Firing notes.", "level": "1", "month_minor": "30",
    "year_minor": "", "trial_days": "0",
}  # fmt: skip


def test_an_operator_writes_a_level_down_puts_it_on_sale_and_changes_it(kiln, cast, page):
    mei, jonas = page(cast.mei), page(cast.jonas)
    assert jonas.get("/kiln/tiers").status_code == 404
    assert "/kiln/tiers" not in words(jonas.get("/kiln/"))
    bad = send(mei, "/studio/kiln/tiers", **GOOD | {"month_minor": "", "name": ""})
    assert bad.status_code == 422
    assert "Give a price a month, a price a year, or both." in words(bad)
    assert "Firing notes." in words(bad)
    assert send(mei, "/studio/kiln/tiers", **GOOD).status_code == 302
    assert jonas.get("/kiln/tiers").status_code == 404
    tier = Tier.objects.get()
    taken = send(mei, "/studio/kiln/tiers", **GOOD)
    assert taken.status_code == 422
    assert "Another one has this level." in words(taken)
    assert send(mei, f"/studio/kiln/tiers/{tier.oid}/on").status_code == 302
    assert "¥30" in words(jonas.get("/kiln/tiers"))
    assert "/kiln/tiers" in words(jonas.get("/kiln/"))
    changed = send(mei, f"/studio/kiln/tiers/{tier.oid}", **GOOD | {"month_minor": "35"})
    assert changed.status_code == 302
    assert "¥35" in words(jonas.get("/kiln/tiers"))
    assert send(mei, f"/studio/kiln/tiers/{tier.oid}/off").status_code == 302
    assert jonas.get("/kiln/tiers").status_code == 404
    assert "/kiln/tiers" not in words(jonas.get("/kiln/"))


def test_a_member_joins_by_paying_and_the_page_says_until_when(
    tiers, cast, page, sandbox, kiln, book
):
    jonas = page(cast.jonas)
    path = f"/kiln/tiers/{tiers.friends.oid}/join"
    wrong = send(jonas, path, period="month", price="1")
    assert wrong.status_code == 409
    assert "The price has changed" in words(wrong)
    away = send(jonas, path, period="month", price="3000")
    assert away.status_code == 302
    back = sandbox.decide(away["Location"], "approve")
    assert sandbox.relay(page())
    answer = jonas.get(back, follow=True)
    assert "Paid until" in words(answer)
    assert "¥30" in words(answer)
    assert "We have not heard" not in words(answer)
    wallet = words(jonas.get("/wallet?shop=kiln"))
    assert "You paid for a membership" in wallet
    holds(book)
    assert "Membership paid, for days to come" in words(page(cast.mei).get("/studio/kiln/money"))


def test_a_provider_that_is_down_is_said_and_nothing_is_lost(tiers, cast, page, sandbox):
    sandbox.control(fail="503")
    jonas = page(cast.jonas)
    path = f"/kiln/tiers/{tiers.friends.oid}/join"
    answer = jonas.post(
        path, {"form_key": uuid4().hex, "period": "month", "price": "3000"}, follow=True
    )
    assert "does not answer" in words(answer)
    assert Bill.objects.get().state == rules.OPEN
    sandbox.reset()
    assert "/pay/" in send(jonas, path, period="month", price="3000")["Location"]


def test_a_member_pauses_goes_on_cancels_and_keeps_it(tiers, join, cast, page):
    one, jonas = join(cast.jonas, tiers.friends), page(cast.jonas)
    for do, state in (
        ("pause", rules.PAUSED), ("resume", rules.ACTIVE), ("cancel", rules.CANCELLED),
        ("keep", rules.ACTIVE),
    ):  # fmt: skip
        shown = words(jonas.get("/kiln/tiers"))
        assert f"/kiln/tiers/mine/{do}" in shown
        assert send(jonas, f"/kiln/tiers/mine/{do}").status_code == 302
        assert fresh(one).state == state
    late = send(jonas, "/kiln/tiers/mine/resume")
    assert late.status_code == 409
    assert send(jonas, "/kiln/tiers/mine/sell").status_code == 404
    assert send(page(cast.lan), "/kiln/tiers/mine/pause").status_code == 404


def test_a_gift_names_a_member_and_says_what_is_wrong_with_a_name(
    tiers, cast, page, sandbox, new_person, kiln
):

    for twin in ("one", "two"):
        person = new_person("Ana", email=f"{twin}@example.org")
        culture.join(community=kiln, person=person, version=1, now=timezone.now())
    jonas, path = page(cast.jonas), f"/kiln/tiers/{tiers.friends.oid}/gift"
    given = {"period": "month", "price-month": "3000", "price-year": "30000"}
    for name, said in (
        ("Nobody", "No member here has this name"), ("Jonas", "A gift is for somebody else"),
        ("Ana", "Several members have this name"),
    ):  # fmt: skip
        wrong = send(jonas, path, to=name, **given)
        assert wrong.status_code == 422
        assert said in words(wrong)
        assert f'value="{name}"' in words(wrong)
    assert send(jonas, path, to="lan", **given)["Location"].startswith(sandbox.url)
    assert Bill.objects.get().member.person == cast.lan


def test_an_operator_sees_who_has_one_and_ends_it_with_the_days_paid_back(
    tiers, join, cast, page, book
):
    one = join(cast.jonas, tiers.friends)
    mei = page(cast.mei)
    shown = words(mei.get("/studio/kiln/tiers"))
    assert "Jonas" in shown
    assert "¥30 paid ahead" in shown
    answer = mei.post(
        f"/studio/kiln/tiers/members/{one.oid}/end", {"form_key": uuid4().hex}, follow=True
    )
    assert "Ended. ¥30 goes back." in words(answer)
    assert fresh(one).state == rules.ENDED
    holds(book)


def test_who_may_not_is_kept_out(tiers, join, secret, cast, page, tea):
    one = join(cast.jonas, tiers.friends)
    for person in (cast.jonas, cast.lan, cast.rafe, cast.sol):
        client = page(person)
        for path in ("/studio/kiln/tiers", f"/studio/kiln/posts/{secret.oid}/inner"):
            assert client.get(path).status_code in (403, 404)
        for path in (f"/studio/kiln/tiers/members/{one.oid}/end",
                     f"/studio/kiln/tiers/{tiers.friends.oid}/off"):  # fmt: skip
            assert send(client, path).status_code in (403, 404)
    sol = page(cast.sol)
    assert send(sol, f"/studio/four/tiers/members/{one.oid}/end").status_code == 404
    assert sol.get(f"/four/tiers/{tiers.friends.oid}/gift").status_code == 404
    assert send(sol, f"/four/tiers/{tiers.friends.oid}/join", period="month").status_code == 404
    assert send(sol, f"/studio/four/tiers/{tiers.friends.oid}/off").status_code == 404
    assert fresh(one).state == rules.ACTIVE
    kenji = page(cast.kenji)
    assert kenji.get(f"/studio/kiln/posts/{secret.oid}/inner").status_code in (403, 404)


def reads_it(client: Client, post: Post) -> bool:
    shown = words(client.get(f"/kiln/p/{post.oid}"))
    assert "sieve twice" in shown
    assert (SECRET in shown) != ("The post goes on for members of this level." in shown)
    return SECRET in shown


def test_the_inner_part_is_open_while_the_level_is_and_closed_before_and_after(
    tiers, join, secret, cast, page, now
):
    lan = page(cast.lan)
    assert not reads_it(page(), secret)
    assert not reads_it(lan, secret)
    assert reads_it(page(cast.mei), secret)
    assert reads_it(page(cast.kenji), secret)
    join(cast.lan, tiers.friends)
    assert not reads_it(lan, secret)
    one = join(cast.lan, tiers.patrons, why=rules.UPGRADE)
    assert reads_it(lan, secret)
    lasting.settle_due(now=now + 35 * DAY)
    assert fresh(one).state == rules.GRACE
    assert reads_it(lan, secret)
    lasting.settle_due(now=now + 43 * DAY)
    assert fresh(one).state == rules.LAPSED
    assert not reads_it(lan, secret)


def test_whoever_is_put_out_reads_nothing_more(tiers, join, secret, cast, page, kiln, member_of,
                                               now):  # fmt: skip

    join(cast.lan, tiers.patrons)
    lan = page(cast.lan)
    assert reads_it(lan, secret)
    communities.leave(member=member_of(kiln, cast.lan), now=now)
    assert not reads_it(lan, secret)


def test_an_author_writes_the_inner_part_changes_it_and_takes_it_out(tiers, cast, page, kiln,
                                                                     member_of, now):  # fmt: skip
    mei = page(cast.mei)
    post = posts.publish(author=member_of(kiln, cast.mei), title="Glaze", body="sieve twice",
                         now=now)  # fmt: skip
    path = f"/studio/kiln/posts/{post.oid}/inner"
    assert path in words(mei.get(f"/kiln/p/{post.oid}"))
    empty = send(mei, path, tier=str(tiers.friends.pk), body="")
    assert empty.status_code == 422
    assert send(mei, path, tier=str(tiers.friends.pk), body=SECRET).status_code == 302
    assert not reads_it(page(cast.lan), post)
    assert send(mei, path, tier=str(tiers.patrons.pk), body=SECRET + " Twice.").status_code == 302
    assert Inner.objects.get().tier == tiers.patrons
    assert send(mei, path, remove="1").status_code == 302
    assert not Inner.objects.exists()
    kiln.refresh_from_db()
    assert rules.INNER not in kiln.switches
    assert "The post goes on" not in words(page(cast.lan).get(f"/kiln/p/{post.oid}"))


def test_an_operator_takes_out_what_another_one_wrote_and_writes_nothing_there(
    tiers, secret, cast, page, kiln, member_of
):
    Member.objects.filter(pk=member_of(kiln, cast.kenji).pk).update(role="operator")
    kenji, path = page(cast.kenji), f"/studio/kiln/posts/{secret.oid}/inner"
    assert SECRET in words(kenji.get(path))
    assert send(kenji, path, tier=str(tiers.friends.pk), body="Mine").status_code == 422
    assert Inner.objects.get().body == SECRET
    assert send(kenji, path, remove="1").status_code == 302
    assert not Inner.objects.exists()
    assert kenji.get(path).status_code == 404


def test_no_other_door_has_the_inner_words(tiers, join, secret, cast, page, settings, kiln):
    """The feed, its parts and feeds for readers, search, history, the card for sharing, notices,
    letters, the log of what happened, and the export of everybody but its author.
    """

    join(cast.jonas, tiers.friends)
    run_due()
    lan, jonas, nobody = page(cast.lan), page(cast.jonas), page()
    paths = [
        "/kiln/", "/", "/kiln/feed.atom", "/kiln/feed.rss", "/kiln/feed",
        f"/kiln/p/{secret.oid}", f"/kiln/p/{secret.oid}/history", "/search?q=ash+glaze",
        "/search?q=parts+ash", "/kiln/search?q=ash", "/kiln/search?q=clay", "/kiln/tiers",
        f"/kiln/members/{secret.author.oid}", "/me/notices", "/me/following",
    ]  # fmt: skip
    answered = 0
    for client in (nobody, lan, jonas):
        for path in paths:
            answer = client.get(path, follow=True)
            answered += answer.status_code == 200
            body = b"".join(answer) if answer.streaming else answer.content
            assert b"Nine parts" not in body, path
    assert answered > 20
    kept = [str(vars(row)) for model in (Activity, Notice, Words) for row in model.objects.all()]
    kept += [str(letter.message()) for letter in mail.outbox]
    assert len(kept) > 3
    assert not any("Nine parts" in row for row in kept)


def test_reminders_come_once_each_and_in_words(tiers, join, cast, page, now):

    join(cast.jonas, tiers.friends)
    for days in range(45):
        for _twice in range(2):
            lasting.settle_due(now=now + days * DAY)
    assert Activity.objects.filter(verb="MembershipDue").count() == 4
    run_due()
    topics = list(Notice.objects.order_by("pk").values_list("topic", flat=True))
    assert topics == [f"paid-level{x}" for x in ("-soon", "", "-still", "-last", "-over")]
    assert set(Notice.objects.values_list("person", flat=True)) == {cast.jonas.pk}


def test_who_was_given_one_is_told(tiers, join, cast, now):

    join(cast.jonas, tiers.friends, why=rules.GIFT, to=cast.lan)
    run_due()
    assert Notice.objects.get(topic="paid-level-gift").person == cast.lan


def test_a_place_without_levels_costs_no_statement_more(kiln, cast, page, member_of, now):
    """The post's page asks nothing of these tables where nothing is sold or written."""
    mei = member_of(kiln, cast.mei)
    post = posts.publish(author=mei, title="Plain", body="sieve twice", now=now)
    jonas = page(cast.jonas)
    jonas.get(f"/kiln/p/{post.oid}")
    with CaptureQueriesContext(connection) as seen:
        jonas.get(f"/kiln/p/{post.oid}")
        jonas.get("/kiln/")
    assert not [one["sql"] for one in seen if "tiers_" in one["sql"]]


def test_the_shop_takes_off_what_the_level_brings(
    tiers, join, kiln, cast, page, member_of, cup, now
):
    """A tenth less with Friends: told to Lan as out of reach, taken off for Jonas, gone again."""

    mei = member_of(kiln, cast.mei)
    made = planning.draft(
        by=mei, now=now, kind="member", name="Friends’ price", percent_bp=1000,
        tier=tiers.friends, starts_at=now - DAY,
    )  # fmt: skip
    planning.activate(discount=made, by=mei, now=now)

    def lowered(person: Any) -> Any:
        basket = baskets.put_in(
            community=kiln, variant=cup, quantity=1, person=person, visitor="", now=now
        )
        counted = basket_at(id=basket.public_id, person=person, visitor="")
        counted.lower(code="", email="", now=now)
        return counted.lowered

    refused = lowered(cast.lan)
    assert refused.minor == 0
    assert [one.why for one in refused.left_out] == ["It is for members of “Friends”."]
    one = join(cast.jonas, tiers.patrons)
    assert lowered(cast.jonas).minor == 680
    assert "Friends’ price" in words(page(cast.jonas).get("/kiln/tiers"))
    lasting.pause(one=fresh(one), by=member_of(kiln, cast.jonas), now=now)
    assert lowered(cast.jonas).minor == 0
