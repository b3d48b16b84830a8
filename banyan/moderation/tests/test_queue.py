"""One queue, the longest wait first; and who sees what of it, by the acts handed to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from banyan.communities import actions as communities
from banyan.communities import scopes
from banyan.communities.models import Community, Member
from banyan.communities.tasks import sweep_entry
from banyan.content.actions import post as posts
from banyan.content.actions import topic as topics
from banyan.content.models import Post
from banyan.core.idempotency import new_form_key
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.culture import actions as culture
from banyan.moderation import actions, queue
from banyan.moderation.models import Appeal, Report
from banyan.moderation.objects import kind_of
from banyan.moderation.standing import appealing
from banyan.people.models import Person

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return client


def sent(**fields: Any) -> dict[str, Any]:
    return {"form_key": new_form_key(), **fields}


@pytest.fixture
def busy(kiln: Any, cast: Any, member_of: Any) -> Any:
    """A report, an appeal, a first post and an application, each older than the next."""
    now = timezone.now()
    jonas, lan, kenji = (member_of(kiln, one) for one in (cast.jonas, cast.lan, cast.kenji))
    Community.objects.filter(pk=kiln.pk).update(join_policy="approval")
    kiln.refresh_from_db()
    culture.join(community=kiln, person=cast.dara, version=1, now=now - 4 * HOUR, note="May I?")
    posts.publish(author=lan, title="我是新来的", now=now - 3 * HOUR)
    first = posts.publish(author=jonas, title="A bargain", now=now - 9 * DAY)
    thing = kind_of("post").find(kiln, first.public_id)
    made = actions.decide(thing=thing, verdict="hide", by=kenji, now=now - 3 * HOUR, reason="spam")
    appealing.appeal(decision=made, person=cast.jonas, words="It is a gift", now=now - 2 * HOUR)
    other = posts.publish(author=jonas, title="Cheap cups", now=now - 8 * DAY)
    actions.report(
        thing=kind_of("post").find(kiln, other.public_id), reporter=lan, reason="spam",
        now=now - HOUR,
    )  # fmt: skip
    return other


def test_everything_that_waits_stands_in_one_queue_the_longest_wait_first(
    kiln: Any, cast: Any, busy: Any
) -> None:
    page = browser(cast.mei).get("/studio/kiln/content").content.decode()
    order = [page.index(word) for word in ("May I?", "我是新来的", "It is a gift", "Cheap cups")]
    assert order == sorted(order)
    for kind, word in (
        ("application", "May I?"), ("first", "我是新来的"), ("appeal", "It is a gift"),
        ("report", "Cheap cups"),
    ):  # fmt: skip
        only = browser(cast.mei).get(f"/studio/kiln/content?kind={kind}").content.decode()
        main = only[only.index('class="queue"') :]
        assert [w for w in ("May I?", "我是新来的", "It is a gift", "Cheap cups") if w in main] == [
            word
        ]
    today = browser(cast.mei).get("/studio/kiln/today").content.decode()
    counts = today[today.index('id="queue-counts"') :]
    for label in ("Reports", "Appeals", "First posts", "Applications"):
        assert label in counts


def test_what_a_role_may_not_answer_does_not_stand_in_its_queue(
    kiln: Any, cast: Any, busy: Any
) -> None:
    page = browser(cast.kenji).get("/studio/kiln/content").content.decode()
    assert "May I?" not in page  # a moderator does not admit
    assert "Cheap cups" in page


def test_ten_thousand_rows_cost_as_many_queries_as_ten(
    kiln: Any, cast: Any, busy: Any, member_of: Any, know_sizes: Any
) -> None:
    now = timezone.now()
    mei = browser(cast.mei)
    mei.get("/studio/kiln/content")

    def cost() -> dict[str, int]:
        found = {}
        for address in ("content", "content?page=2", "content?kind=report", "today"):
            with CaptureQueriesContext(connection) as asked:
                assert mei.get(f"/studio/kiln/{address}").status_code == 200
            found[address] = len(asked)
        return found

    few = cost()
    lan = member_of(kiln, cast.lan)
    Post.objects.bulk_create(
        Post(community=kiln, author=lan, title=f"Post {n}", published_at=now) for n in range(6000)
    )
    jonas = member_of(kiln, cast.jonas)
    Report.objects.bulk_create(
        Report(community=kiln, kind="post", object_id=pk, reporter=jonas, reason="spam")
        for pk in Post.objects.filter(author=lan).values_list("pk", flat=True)
    )
    people = Person.objects.bulk_create(
        Person(email=f"p{n}@example.org", name=f"P {n}", password="!") for n in range(4000)
    )
    Member.objects.bulk_create(
        Member(community=kiln, person=one, state="applied", asked_at=now) for one in people
    )
    know_sizes()
    many = cost()
    # A card more stands on today; nothing is asked once a row.
    assert all(many[address] <= few["content"] + 2 for address in few if address != "today")
    assert many["today"] <= few["today"] + 2


def test_held_things_wait_in_the_queue_by_registering_a_sort(
    kiln: Any, cast: Any, busy: Any
) -> None:
    found = queue.sorts_for(Member.objects.get(person=cast.mei, community=kiln))
    assert {"report", "appeal", "first", "application"} <= {one.key for one in found}


# Acts handed to a member


@pytest.fixture
def lan(kiln: Any, cast: Any, member_of: Any) -> Any:
    return member_of(kiln, cast.lan)


@pytest.fixture
def give(kiln: Any, cast: Any, member_of: Any) -> Any:
    def handed(member: Any, *acts: str, **fields: Any) -> None:
        now = timezone.now()
        scopes.delegate(
            member=member, acts=acts, by=member_of(kiln, cast.mei), now=now,
            **{"until": now + 30 * DAY, **fields},
        )  # fmt: skip

    return handed


def test_a_member_does_what_was_handed_to_them_and_nothing_else(
    kiln: Any, cast: Any, busy: Any, lan: Any, give: Any, member_of: Any
) -> None:
    client = browser(cast.lan)
    assert client.get("/studio/kiln/content").status_code == 404
    give(lan, "applications")
    page = client.get("/studio/kiln/content").content.decode()
    assert "May I?" in page
    assert "Cheap cups" not in page
    assert client.get("/studio/kiln/content?tab=all").status_code == 403
    hide = f"/studio/kiln/content/post/{busy.oid}/hide"
    assert client.post(hide, sent(reason="spam")).status_code == 403
    jonas = member_of(kiln, cast.jonas)
    assert client.post(f"/studio/kiln/members/{jonas.oid}/mute", sent()).status_code == 403
    dara = Member.objects.get(person=cast.dara, community=kiln)
    assert client.post(f"/studio/kiln/members/{dara.oid}/admit", sent()).status_code == 302
    assert Member.objects.get(pk=dara.pk).is_in
    give(lan, "reports")
    dismiss = f"/studio/kiln/content/post/{busy.oid}/dismiss"
    assert client.post(hide, sent(reason="spam")).status_code == 403
    assert client.post(dismiss, sent()).status_code == 302


def test_a_moderator_of_one_topic_judges_only_there(
    kiln: Any, cast: Any, busy: Any, lan: Any, give: Any, member_of: Any
) -> None:
    topic = topics.add(community=kiln, name="Making", now=timezone.now())
    jonas = member_of(kiln, cast.jonas)
    inside = posts.publish(
        author=jonas, title="Clay for sale", topic=topic, now=timezone.now() - 8 * DAY
    )
    actions.report(
        thing=kind_of("post").find(kiln, inside.public_id), reason="spam", now=timezone.now(),
        reporter=member_of(kiln, cast.mei),
    )  # fmt: skip
    give(lan, "reports", "hide", section=topic.pk)
    client = browser(cast.lan)
    page = client.get("/studio/kiln/content").content.decode()
    assert "Clay for sale" in page
    assert "Cheap cups" not in page
    answer = client.post(f"/studio/kiln/content/post/{busy.oid}/hide", sent(reason="spam"))
    assert answer.status_code == 403
    answer = client.post(f"/studio/kiln/content/post/{inside.oid}/hide", sent(reason="spam"))
    assert answer.status_code == 302


def test_it_ends_by_itself_and_the_sweep_may_run_twice(
    kiln: Any, cast: Any, lan: Any, give: Any
) -> None:
    give(lan, "reports")
    client = browser(cast.lan)
    assert client.get("/studio/kiln/content").status_code == 200
    Member.objects.filter(pk=lan.pk).update(acts_until=timezone.now() - HOUR)
    assert client.get("/studio/kiln/content").status_code == 404
    assert sweep_entry() == 1
    assert sweep_entry() == 0
    lan.refresh_from_db()
    assert (lan.role, lan.acts, lan.acts_until) == ("member", [], None)


def test_giving_and_taking_away_is_the_owners_and_is_written_down(
    kiln: Any, cast: Any, lan: Any, member_of: Any
) -> None:
    address = f"/studio/kiln/members/{lan.oid}/acts"
    day = f"{timezone.now() + 20 * DAY:%Y-%m-%d}"
    assert browser(cast.kenji).post(address, sent(acts=["mute"], until=day)).status_code == 403
    assert browser(cast.jonas).post(address, sent(acts=["mute"], until=day)).status_code == 404
    mei = browser(cast.mei)
    assert mei.get(address).status_code == 200
    for wrong in (
        {"acts": [], "until": day}, {"acts": ["mute"], "until": "2020-01-01"},
        {"acts": ["mute"], "until": day, "section": "99999"}, {"acts": ["all"], "until": day},
    ):  # fmt: skip
        assert mei.post(address, sent(**wrong)).status_code == 422
    assert mei.post(address, sent(acts=["mute", "appeals"], until=day)).status_code == 302
    row = Activity.objects.get(verb="ScopeGiven")
    assert (row.actor, row.props["acts"]) == (cast.mei.pseudonym, ["mute", "appeals"])
    assert "Mute, and end it" in mei.get(address).content.decode()
    assert mei.post(f"{address}/take", sent()).status_code == 302
    assert mei.post(f"{address}/take", sent()).status_code == 409
    assert Activity.objects.get(verb="ScopeTaken").actor == cast.mei.pseudonym


def test_another_role_ends_what_was_handed_and_higher_roles_get_none(
    kiln: Any, cast: Any, lan: Any, give: Any, member_of: Any
) -> None:
    mei = member_of(kiln, cast.mei)
    give(lan, "mute")
    communities.give_role(member=lan, role="operator", by=mei, now=timezone.now())
    assert (lan.acts, lan.acts_until, lan.may("orders.refund")) == ([], None, True)
    with pytest.raises(NotAllowed):
        give(lan, "mute")
    with pytest.raises(NotAllowed):
        give(mei, "mute")
    communities.give_role(member=lan, role="member", by=mei, now=timezone.now())
    give(lan, "mute")
    communities.leave(member=lan, now=timezone.now())
    assert (lan.role, lan.acts_until) == ("member", None)
    with pytest.raises(WrongMoment):
        give(lan, "mute")


def test_who_answers_appeals_by_a_handed_act_counts_as_another(
    kiln: Any, cast: Any, busy: Any, lan: Any, give: Any, member_of: Any
) -> None:
    give(lan, "appeals")
    asked = Appeal.objects.get()
    answer = f"/studio/kiln/appeals/{asked.oid}/answer"
    assert browser(cast.lan).post(answer, sent(do="uphold")).status_code == 302
