"""Who sees the board, what its links open, and what it costs."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from banyan.communities.models import Member
from banyan.content.actions import comment as comments
from banyan.content.models import Comment, Post
from banyan.core.idempotency import new_form_key
from banyan.health import actions, export, lists
from banyan.health.models import Board, Change
from banyan.people.models import Person

pytestmark = pytest.mark.django_db

PAGES = ["health", "health/people", "health/posts", "health/comments", "health/stage",
         "health/days.csv"]  # fmt: skip


def enter(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return client


@pytest.fixture
def board(kiln: Any, came: Any, said: Any, ago: Any, now: Any) -> Any:
    """Noor's post waits, Pia's was answered."""
    noor, pia = came("Noor", 20), came("Pia", 20)
    said(noor, 9, "Nobody answers")
    comments.comment(post=said(pia, 8, "A mug"), author=noor, body="Yes", now=ago(8, hours=1))
    return actions.sweep(kiln, now=now)


def test_only_those_who_run_or_moderate_the_place_see_its_health(
    board: Any, kiln: Any, cast: Any
) -> None:
    for page in [*PAGES, "health/thresholds"]:
        path = f"/studio/kiln/{page}"
        reads = 403 if page == "health/thresholds" else 200
        assert enter(cast.mei).get(path).status_code == 200, page
        assert enter(cast.kenji).get(path).status_code == reads, "a moderator reads only"
        assert enter(cast.jonas).get(path).status_code == 404, "a member"
        assert enter(cast.rafe).get(path).status_code == 404, "a stranger"
        assert Client().get(path).status_code == 302


def test_a_moderator_reads_the_board_but_not_who_bought(board: Any, kiln: Any, cast: Any) -> None:
    kenji, mei = enter(cast.kenji), enter(cast.mei)
    for which in lists.OF_ORDERS:
        path = f"/studio/kiln/health/people?which={which}"
        assert kenji.get(path).status_code == 403, which
        assert mei.get(path).status_code == 200, which
    type(kiln).objects.filter(pk=kiln.pk).update(stage="market")
    for page in ("health", "health/stage"):
        html = kenji.get(f"/studio/kiln/{page}").content.decode()
        assert "health/thresholds" not in html
        assert "studio/kiln/orders" not in html
        for which in lists.OF_ORDERS:
            assert f"which={which}" not in html
        for path in set(re.findall(r'href="(/studio/kiln/health[^"]*)"', html)):
            assert kenji.get(path.replace("&amp;", "&")).status_code == 200, path


def test_the_owner_of_another_community_finds_nothing(board: Any, tea: Any, cast: Any) -> None:
    for page in PAGES:
        assert enter(cast.sol).get(f"/studio/kiln/{page}").status_code == 404
    assert "Noor" not in enter(cast.sol).get("/studio/four/health").content.decode()


def test_every_link_of_the_board_opens_its_people_and_posts(board: Any, cast: Any) -> None:
    client = enter(cast.mei)
    for start in (
        "/studio/kiln/health",
        "/studio/kiln/health?days=365",
        "/studio/kiln/health/stage",
    ):
        html = client.get(start).content.decode()
        links = {
            link.replace("&amp;", "&")
            for link in re.findall(r'href="(/studio/kiln/health/[^"]+)"', html)
        }
        assert len(links) > 2
        for link in links:
            assert client.get(link).status_code == 200, link


def test_each_list_answers_and_an_unknown_one_does_not(board: Any, cast: Any) -> None:
    client = enter(cast.mei)
    for which in lists.PEOPLE:
        extra = "&cohort=2026-11-02&week=0" if which == "cohort" else ""
        path = f"/studio/kiln/health/people?which={which}{extra}"
        assert client.get(path).status_code == 200, which
    for which in lists.POSTS:
        assert client.get(f"/studio/kiln/health/posts?which={which}").status_code == 200, which
    for path in ("people?which=nobody", "posts?which=nothing", "people?which=cohort",
                 "people?which=cohort&cohort=soon"):  # fmt: skip
        assert client.get(f"/studio/kiln/health/{path}").status_code == 404


def test_what_waits_can_be_answered_and_people_be_written_to(board: Any, kiln: Any, cast: Any) -> None:  # fmt: skip  # noqa: E501
    client = enter(cast.mei)
    post = Post.objects.get(title="Nobody answers")
    html = client.get("/studio/kiln/health/posts?which=unanswered").content.decode()
    assert f"/kiln/p/{post.oid}#write" in html
    assert "A mug" not in html
    noor = Person.objects.get(name="Noor")
    html = client.get("/studio/kiln/health/people?which=posted").content.decode()
    assert f"/messages/new?to={noor.oid}" in html
    assert client.get(f"/messages/new?to={noor.oid}").status_code == 200
    html = client.get("/studio/kiln/health/people?which=members").content.decode()
    assert f"/messages/new?to={cast.mei.oid}" not in html, "not to oneself"


def test_few_are_counted_and_not_made_a_percentage(board: Any, cast: Any) -> None:
    html = enter(cast.mei).get("/studio/kiln/health").content.decode()
    assert "1 of 2" in html
    assert "Too few to draw a curve: 2 joined" in html
    stage = enter(cast.mei).get("/studio/kiln/health/stage").content.decode()
    assert "lacking:" in stage


def test_what_is_not_built_is_said_to_be_unmeasured(board: Any, kiln: Any, cast: Any) -> None:
    type(kiln).objects.filter(pk=kiln.pk).update(stage="market")
    html = enter(cast.mei).get("/studio/kiln/health/stage").content.decode()
    assert "Product fit" in html
    assert "not measured yet" in html


def test_before_the_first_count_the_board_says_so(kiln: Any, cast: Any) -> None:
    client = enter(cast.mei)
    assert "Not counted yet" in client.get("/studio/kiln/health").content.decode()
    assert "Not counted yet" in client.get("/studio/kiln/health/stage").content.decode()
    assert "Nobody here" in client.get("/studio/kiln/health/people").content.decode()
    assert "where-this-tree-is" not in client.get("/studio/kiln/today").content.decode()


def test_today_says_where_the_tree_is_to_those_who_may_see_why(board: Any, cast: Any) -> None:
    assert "/studio/kiln/health/stage" in enter(cast.mei).get("/studio/kiln/today").content.decode()
    assert "/studio/kiln/health" in enter(cast.kenji).get("/studio/kiln/today").content.decode()


def test_thresholds_are_kept_and_wrong_ones_are_refused_with_what_was_typed(
    board: Any, kiln: Any, cast: Any
) -> None:
    client = enter(cast.mei)
    path = "/studio/kiln/health/thresholds"
    html = client.get(path).content.decode()
    values = dict(re.findall(r'name="(\w+)"[^>]*value="(\d+)"', html))
    assert values["members"] == "50"
    wrong = values | {"members": "-3", "form_key": new_form_key()}
    answer = client.post(path, wrong)
    assert answer.status_code == 422
    assert 'value="-3"' in answer.content.decode()
    assert not Board.objects.get().thresholds
    right = values | {"members": "80", "form_key": new_form_key()}
    assert client.post(path, right).status_code == 302
    assert Board.objects.get().thresholds == {"members": 80}
    assert enter(cast.kenji).post(path, right).status_code == 403


def test_the_stages_history_stands_on_its_page(board: Any, kiln: Any, cast: Any, now: Any) -> None:
    Change.objects.create(
        community=kiln, at=now, before="seed", after="sapling",
        evidence=[{"key": "seed_posts", "value": 5, "state": "met", "wanted": 5}],
    )  # fmt: skip
    html = enter(cast.mei).get("/studio/kiln/health/stage").content.decode()
    assert "Seed → Sapling" in html
    assert "First posts: 5 (at least 5)" in re.sub(r"\s+", " ", html)


def test_the_file_has_a_line_for_each_day_and_no_formula(board: Any, kiln: Any, cast: Any) -> None:
    type(kiln).objects.filter(pk=kiln.pk).update(name="=SUM(A1)")
    answer = enter(cast.mei).get("/studio/kiln/health/days.csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0].startswith("community,day,members")
    assert all(line.startswith("'=SUM(A1),2026-") for line in lines[1:])
    assert len(lines) == 1 + 21  # from the day the first of them joined
    assert export.row(["+1", "-1", "@x", "a,b"]) == "'+1,'-1,'@x,\"a,b\"\r\n"


def test_ten_thousand_rows_cost_no_query_more(
    board: Any, kiln: Any, cast: Any, ago: Any, now: Any, know_sizes: Any
) -> None:
    client = enter(cast.mei)
    paths = ["/studio/kiln/health?days=90", "/studio/kiln/health/people?which=posters",
             "/studio/kiln/health/posts?which=unanswered", "/studio/kiln/health/comments",
             "/studio/kiln/health/stage"]  # fmt: skip

    def costs() -> list[int]:
        found = []
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(path).status_code == 200
            found.append(len(queries))
        return found

    few = costs()
    persons = Person.objects.bulk_create(
        [Person(name=f"Many {n}", email=f"m{n}@example.org", password="!") for n in range(200)]
    )
    Member.objects.bulk_create(
        [
            Member(community=kiln, person=p, state="joined", number=1000 + n, joined_at=ago(n % 60))
            for n, p in enumerate(persons)
        ]
    )
    members = list(Member.objects.filter(person__name__startswith="Many"))
    posts = Post.objects.bulk_create(
        [
            Post(community=kiln, author=members[n % 200], title=f"Post {n}",
                 published_at=ago(n % 80, minutes=n % 50))
            for n in range(5000)
        ]
    )  # fmt: skip
    Comment.objects.bulk_create(
        [
            Comment(community=kiln, post=posts[n], author=members[(n + 1) % 200], body="Yes",
                    published_at=posts[n].published_at + timedelta(minutes=n % 3000))
            for n in range(4800)
        ]
    )  # fmt: skip
    know_sizes()
    actions.sweep(kiln, now=now)
    know_sizes()
    # The list of people and posts has a page's worth of rows now: no query for each.
    assert [many - small for many, small in zip(costs(), few, strict=True)] == [0, 0, 0, 0, 0]
    assert max(few) <= 22
    assert timezone.now()
