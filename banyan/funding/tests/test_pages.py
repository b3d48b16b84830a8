"""What members and the shop do on the pages; who may, when, and what a second press does."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from banyan.communities import rules as places
from banyan.communities.models import Member
from banyan.communities.places import url
from banyan.core.jobs import run_due
from banyan.core.refusals import Refusal
from banyan.funding import rules
from banyan.funding.actions import closing, delivering, planning, pledging
from banyan.funding.models import Milestone, Objection, Pledge, Project
from banyan.outreach.models import Notice
from banyan.payments.models import Payment, PaymentRefund
from banyan.people.privacy import erase

from .conftest import DAY, fresh, pay_back, whole

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def client_of(person=None, language="en"):
    made = Client(headers={"Sec-Fetch-Site": "same-origin"})
    made.cookies["django_language"] = language
    if person is not None:
        made.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return made


def keyed(**fields):
    return {"form_key": str(uuid4()), **fields}


def form(**more):
    end = timezone.localtime(timezone.now() + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    month = (timezone.localdate() + timedelta(days=62)).strftime("%Y-%m")
    return keyed(**{
        "title": "A second kiln", "story": "Forty **bowls**", "goal": "300", "ends_at": end,
        "name_1": "Tile", "least_1": "50", "month_1": month, "name_2": "Bowl", "least_2": "200.50",
        "quota_2": "3", "month_2": month, "post_2": "on", "part_1": "Bricks", "share_1": "33.33",
        "part_2": "Delivered", "share_2": "66.67",
    } | more)  # fmt: skip


@pytest.fixture
def dara_runs(kiln, cast, now):
    """Another operator: Dara."""
    from banyan.culture import actions as culture

    culture.join(community=kiln, person=cast.dara, version=1, now=now)
    Member.objects.filter(community=kiln, person=cast.dara).update(role=places.OPERATOR)
    return cast.dara


# The shop


def test_a_project_is_written_sent_and_let_live_by_somebody_else(kiln, cast, dara_runs):
    mei, dara = client_of(cast.mei), client_of(dara_runs)
    answer = mei.post(url(kiln, "studio-project-new"), form())
    assert answer.status_code == 302
    made = Project.objects.get()
    assert [one.least_minor for one in made.rewards.order_by("position")] == [5000, 20050]
    assert [one.share_bp for one in made.milestones.order_by("position")] == [3333, 6667]

    def steer(client, do, **more):
        to = url(kiln, "studio-project-steer", id=made.public_id, do=do)
        return client.post(to, keyed(**more))

    assert client_of(cast.jonas).get(url(kiln, "project", id=made.public_id)).status_code == 404
    steer(mei, "send")
    run_due()
    told = Notice.objects.filter(person=dara_runs, topic="project-look")
    assert told.count() == 1
    assert steer(mei, "live").status_code == 403
    assert fresh(made).state == rules.REVIEW
    assert steer(dara, "down").status_code == 422  # without a reason
    steer(dara, "down", reason="No photo of the site")
    assert fresh(made).state == rules.DRAFT
    page = mei.get(url(kiln, "studio-project", id=made.public_id)).content.decode()
    assert "No photo of the site" in page
    steer(mei, "send")
    steer(dara, "live")
    assert (fresh(made).state, fresh(made).let_by.person) == (rules.LIVE, dara_runs)
    assert steer(dara, "live").status_code == 409
    kiln.refresh_from_db()
    assert kiln.switches["funding.shown"] == 1
    assert "A second kiln" in client_of().get(url(kiln, "funding")).content.decode()


def test_who_runs_the_shop_alone_lets_it_live_alone_and_it_says_so(project, kiln, cast):
    made = project()
    page = client_of(cast.mei).get(url(kiln, "studio-project", id=made.public_id))
    assert "its creator, alone" in page.content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"goal": "nothing"}, "goal"), ({"share_2": "60"}, "share_1"),
        ({"least_1": ""}, "least_1"), ({"month_2": ""}, "month_2"),
        ({"name_3": "Only a name"}, "least_3"), ({"ends_at": "2020-01-01T10:00"}, "ends_at"),
        ({"part_3": "No share"}, "share_3"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_lost(wrong, field, kiln, cast):
    answer = client_of(cast.mei).post(url(kiln, "studio-project-new"), form(**wrong))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "Forty **bowls**" in answer.content.decode()
    assert not Project.objects.exists()


def test_a_draft_is_changed_and_forgotten(project, kiln, cast):
    made, mei = project(is_live=False), client_of(cast.mei)
    edit = url(kiln, "studio-project-edit", id=made.public_id)
    assert 'value="50.00"' in mei.get(edit).content.decode()
    assert mei.post(edit, form(title="A third kiln")).status_code == 302
    assert fresh(made).title == "A third kiln"
    mei.post(url(kiln, "studio-project-steer", id=made.public_id, do="discard"), keyed())
    assert not Project.objects.exists()


def test_members_strangers_and_other_communities_do_not_get_into_the_studio(
    project, tea, kiln, cast
):
    made = project()
    for person in (cast.jonas, cast.kenji, cast.rafe):
        assert client_of(person).get(
            url(kiln, "studio-project", id=made.public_id)
        ).status_code in (403, 404)  # fmt: skip
    sol = client_of(cast.sol)
    for name in ("studio-project", "project"):
        assert sol.get(url(tea, name, id=made.public_id)).status_code == 404


# Members


def test_pledging_goes_to_the_provider_and_the_page_says_what_happens(project, kiln, cast, sandbox):
    made, jonas = project(), client_of(cast.jonas)
    page = url(kiln, "project", id=made.public_id)
    assert "Choose this" in jonas.get(page).content.decode()
    assert "Choose this" not in client_of(cast.mei).get(page).content.decode()
    bowl = made.rewards.get(position=2)
    to = url(kiln, "pledge", id=bowl.public_id)
    assert "It is charged now and held." in jonas.get(to).content.decode()
    wrong = jonas.post(to, keyed(amount="199", name="Jonas", country="DE"))
    assert wrong.status_code == 422
    assert {"amount", "line1", "city"} <= set(wrong.context["form"].errors)
    given = {"name": "Jonas", "country": "DE", "line1": "Lindenstraße 4", "city": "Berlin"}
    answer = jonas.post(to, keyed(amount="220", **given))
    assert answer.status_code == 302
    one = Pledge.objects.get()
    payment = Payment.objects.get()
    assert answer.url == payment.pay_url
    assert (payment.amount_minor, one.city, one.state) == (22000, "Berlin", rules.RESERVED)
    assert "The reward is kept for you until" in jonas.get(page).content.decode()
    again = jonas.post(to, keyed(amount="220", **given))
    assert again.status_code == 409
    assert "Lindenstraße 4" in again.content.decode()
    assert jonas.post(url(kiln, "pledge-pay", id=one.public_id), keyed()).url == payment.pay_url


def test_a_provider_that_is_down_loses_nothing(project, kiln, cast, settings, sandbox):
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    made, jonas = project(), client_of(cast.jonas)
    to = url(kiln, "pledge", id=made.rewards.get(position=1).public_id)
    answer = jonas.post(to, keyed(amount="50"), follow=True)
    assert "The payment provider does not answer." in answer.content.decode()
    assert Pledge.objects.get().state == rules.RESERVED


def test_strangers_and_the_shop_do_not_pledge(project, kiln, cast):
    made = project()
    to = url(kiln, "pledge", id=made.rewards.get(position=1).public_id)
    for person, status in ((cast.rafe, 403), (cast.mei, 403)):
        assert client_of(person).post(to, keyed(amount="50")).status_code == status
    assert client_of().post(to, keyed(amount="50")).status_code in (302, 303)
    assert not Pledge.objects.exists()


def test_a_pledge_is_taken_back_on_the_page_once_and_only_by_its_backer(
    project, pledge, kiln, cast
):
    made = project()
    one = pledge(cast.jonas, made, 15000)
    back = url(kiln, "pledge-back", id=one.public_id)
    assert client_of(cast.lan).post(back, keyed()).status_code == 404
    jonas = client_of(cast.jonas)
    assert jonas.post(back, keyed()).status_code == 302
    assert jonas.post(back, keyed()).status_code == 409
    assert PaymentRefund.objects.count() == 1
    assert not Notice.objects.filter(person=cast.jonas, topic="project-back").exists()


def test_after_the_deadline_nothing_is_offered_even_before_the_sweep(
    project, pledge, kiln, cast, now
):
    made = project()
    one = pledge(cast.jonas, made, 15000)
    Project.objects.filter(pk=made.pk).update(ends_at=now - timedelta(seconds=1))
    jonas, page = client_of(cast.jonas), url(kiln, "project", id=made.public_id)
    shown = jonas.get(page).content.decode()
    assert "it is being counted" in shown
    assert "Take my pledge back" not in shown
    assert jonas.post(url(kiln, "pledge-back", id=one.public_id), keyed()).status_code == 409
    tile = url(kiln, "pledge", id=made.rewards.get(position=1).public_id)
    assert client_of(cast.lan).post(tile, keyed(amount="50")).status_code == 409
    assert fresh(made).state == rules.LIVE  # reading wrote nothing


def test_everybody_is_told_how_it_ended(project, pledge, begin, capture, kiln, cast, now):
    made, other = project(), project(title="A big one", goal_minor=10**7)
    pledge(cast.jonas, made, 30000)
    pledge(cast.jonas, other, 5000)
    late = begin(cast.lan, other, 5000)
    closing.keep_time(now=now + 10 * DAY)
    capture(late, at=now + 10 * DAY)
    run_due(now=now + 11 * DAY)
    topics = Notice.objects.filter(person=cast.jonas).values_list("topic", flat=True)
    assert sorted(topics) == ["project-back", "project-funded"]
    assert Notice.objects.get(person=cast.lan).topic == "project-late"
    page = client_of(cast.lan).get(url(kiln, "project", id=other.public_id)).content.decode()
    assert "Your payment came too late to count" in page


def test_the_shop_pays_one_back_delivers_to_another_and_both_see_it(
    project, pledge, kiln, cast, now
):
    made = project()
    gone, kept = pledge(cast.jonas, made, 20000), pledge(cast.lan, made, 31000, place=2)
    mei = client_of(cast.mei)
    mei.post(url(kiln, "studio-pledge-back", id=gone.public_id), keyed())
    run_due()
    assert Notice.objects.filter(person=cast.jonas, topic="project-back").count() == 1
    pay_back(now)
    closing.keep_time(now=now + 10 * DAY)
    closing.keep_time(now=now + 13 * DAY)
    page = mei.get(url(kiln, "studio-project", id=made.public_id)).content.decode()
    assert "Lindenstraße 4" in page
    deliver = url(kiln, "studio-pledge-deliver", id=kept.public_id)
    assert mei.post(deliver, keyed(done="1")).status_code == 302
    assert mei.post(deliver, keyed(done="1")).status_code == 409
    lan = client_of(cast.lan)
    assert "Delivered" in lan.get(url(kiln, "project", id=made.public_id)).content.decode()
    mei.post(deliver, keyed(done="0"))
    assert whole(kept).delivered_at is None


def test_backers_object_on_the_page_and_the_shop_decides(
    project, pledge, kiln, cast, now, member_of, dara_runs
):
    made = project()
    pledge(cast.jonas, made, 30000)
    closing.keep_time(now=now + 10 * DAY)
    closing.keep_time(now=now + 13 * DAY)
    mei, jonas = client_of(cast.mei), client_of(cast.jonas)
    part = Milestone.objects.get(position=1)
    show = url(kiln, "studio-milestone-show", id=part.public_id)
    assert mei.post(show, keyed(evidence="")).status_code == 422
    assert mei.post(show, keyed(evidence="Bricks")).status_code == 302
    page = url(kiln, "project", id=made.public_id)
    assert "I object" in jonas.get(page).content.decode()
    assert "I object" not in client_of(cast.lan).get(page).content.decode()
    to = url(kiln, "milestone-object", id=part.public_id)
    assert client_of(cast.lan).post(to, keyed(reason="Me too")).status_code == 404
    assert jonas.post(to, keyed(reason="")).status_code == 422
    assert jonas.post(to, keyed(reason="No bricks")).status_code == 302
    assert jonas.post(to, keyed(reason="Again")).status_code == 409
    assert fresh(made).state == rules.DISPUTED
    assert Objection.objects.count() == 1
    steer = url(kiln, "studio-project-steer", id=made.public_id, do="release")
    assert mei.post(steer, keyed()).status_code == 403  # the creator does not decide
    assert client_of(dara_runs).post(steer, keyed()).status_code == 302
    assert fresh(made).state == rules.DELIVERING


def test_what_is_not_a_verb_is_not_found(project, kiln, cast):
    made = project()
    to = url(kiln, "studio-project-steer", id=made.public_id, do="explode")
    assert client_of(cast.mei).post(to, keyed()).status_code == 404
    assert client_of(cast.mei).get(to).status_code == 405


def test_the_wallet_and_the_books_tell_of_pledges_in_their_own_words(
    project, pledge, kiln, cast, member_of, now
):
    made = project()
    one = pledge(cast.jonas, made, 15000)
    pledging.take_back(pledge=whole(one), by=member_of(kiln, cast.jonas), now=now)
    wallet = client_of(cast.jonas).get("/wallet").content.decode()
    assert "You pledged for a project" in wallet
    assert "A second kiln" in wallet
    money = client_of(cast.mei).get(url(kiln, "studio-money")).content.decode()
    assert "Pledge paid, held for its project" in money


def test_the_shop_links_to_projects_only_where_there_are_some(project, kiln, cast):
    shop, link = url(kiln, "shop"), f'href="{url(kiln, "funding")}"'
    assert link not in client_of(cast.jonas).get(shop).content.decode()
    project()
    assert link in client_of(cast.jonas).get(shop).content.decode()


def test_whoever_waits_for_a_reward_is_not_erased_before(project, pledge, kiln, cast, member_of):
    made = project()
    one = pledge(cast.jonas, made, 15000)
    with pytest.raises(Refusal, match="A second kiln"):
        erase_now(cast.jonas)
    pledging.take_back(pledge=whole(one), by=member_of(kiln, cast.jonas), now=timezone.now())
    erase_now(cast.jonas)


def erase_now(person):
    erase(person=person, now=timezone.now())


def test_a_draft_and_a_project_in_review_have_no_page_for_members(project, kiln, cast, member_of):
    made = project(is_live=False)
    planning.send(project=made, by=member_of(kiln, cast.mei), now=timezone.now())
    for person in (cast.jonas, cast.mei):
        answer = client_of(person).get(url(kiln, "project", id=made.public_id))
        assert answer.status_code == 404
    assert delivering.pay_out_due(now=timezone.now()) == 0
