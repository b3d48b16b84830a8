"""On a phone: a project is written, let live and pledged for; one is funded, one is not.

Of the one that fell short everybody is paid back; the other one is shown, paid out and delivered.
In both languages, through the real sandbox.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from banyan import demo as seeds
from banyan.core.jobs import run_due
from banyan.funding import rules
from banyan.funding.actions import closing, delivering, planning
from banyan.funding.models import Milestone, Pledge, Project
from banyan.funding.queries import others_who_may
from banyan.ledger.queries import balance, trial_balance
from banyan.payments.models import PaymentRefund
from banyan.sellers.models import Book

from .eyes import english_in
from .test_walk_buy import phone
from .test_walk_post import is_whole

__all__ = ["phone"]
PICTURES = Path(seeds.__file__).parent / "pictures"
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def too_dear(kiln: Any, cast: Any, member_of: Any) -> Project:
    """A project that nobody can afford: it falls short."""
    now, mei = timezone.now(), member_of(kiln, cast.mei)
    made = planning.draft(
        community=kiln, by=mei, now=now, title="一座新的大窑", story="", goal_minor=9_000_000,
        ends_at=now + timedelta(days=5), milestones=[rules.MilestonePlan("交付", 10000)],
        rewards=[rules.RewardPlan("一块窑砖", "刻上你的名字", 8000, None, date(2027, 3, 1), False)],
    )  # fmt: skip
    planning.send(project=made, by=mei, now=now)
    looks = others_who_may(made).select_related("person").first() or mei
    planning.let_live(project=made, by=looks, now=now)
    return made


def deadline_is_here(project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(ends_at=timezone.now())
    closing.keep_time(now=timezone.now())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_one_project_is_funded_and_of_the_other_everybody_is_paid_back(
    language: str, kiln: Any, cast: Any, too_dear: Project, phone: Any, live_server: Any,
    sandbox: Any, settings: Any,
) -> None:  # fmt: skip
    settings.SITE_URL = live_server.url
    site, studio = f"{live_server.url}/kiln/funding", f"{live_server.url}/studio/kiln/funding"

    def look(page: Any) -> None:
        assert is_whole(page)
        if language == "zh-hans":
            assert english_in(page) == []

    def approve(page: Any) -> None:
        page.locator("button[value=approve]").click()
        page.wait_for_url("**/kiln/funding/**")
        page.wait_for_selector(".project-pledge")
        look(page)

    # Mei writes a project: two rewards, two milestones; a mistake loses nothing
    mei = phone(cast.mei, language)
    mei.goto(studio)
    look(mei)
    mei.goto(f"{studio}/new")
    look(mei)
    mei.fill("[name=title]", "青瓷茶席")
    mei.fill("[name=story]", "十二件一套，**手工**拉坯。")
    mei.set_input_files("[name=picture]", PICTURES / "sk-teapot.jpg")
    mei.fill("[name=goal]", "300")
    mei.fill("[name=name_1]", "一只茶杯")
    mei.fill("[name=least_1]", "50")
    mei.click("details.reward-set:nth-of-type(2) summary")
    mei.fill("[name=name_2]", "整套茶席")
    mei.fill("[name=least_2]", "200")
    mei.fill("[name=quota_2]", "1")
    mei.check("[name=post_2]")
    mei.fill("[name=part_1]", "泥料买好")
    mei.fill("[name=share_1]", "40")
    mei.fill("[name=part_2]", "全部寄出")
    mei.fill("[name=share_2]", "50")
    mei.click(".form-acts button.main")
    mei.wait_for_selector(".errors")
    look(mei)
    assert mei.input_value("[name=name_2]") == "整套茶席"
    mei.fill("[name=share_2]", "60")
    mei.set_input_files("[name=picture]", PICTURES / "sk-teapot.jpg")
    mei.click(".form-acts button.main")
    mei.wait_for_selector("form[action$='/do/send'] button")
    look(mei)
    mei.click("form[action$='/do/send'] button")
    mei.wait_for_selector("form[action$='/do/withdraw']")
    look(mei)
    project = Project.objects.exclude(pk=too_dear.pk).get()
    looks = others_who_may(project).select_related("person").first()
    judge = phone(looks.person, language) if looks else mei
    judge.goto(f"{studio}/{project.oid}")
    look(judge)
    judge.click("form[action$='/do/live'] button")
    judge.wait_for_selector("a[href$='/kiln/funding/" + project.oid + "']")

    # Jonas finds it in the shop, chooses what comes by post, and pays
    jonas = phone(cast.jonas, language)
    jonas.goto(f"{live_server.url}/kiln/shop")
    look(jonas)
    jonas.locator("main a[href$='/kiln/funding']").click()
    jonas.wait_for_selector(".projects")
    look(jonas)
    jonas.goto(f"{site}/{project.oid}")
    look(jonas)
    jonas.locator(".project-rewards > li").nth(1).locator("a.btn").click()
    jonas.wait_for_selector("[name=amount]")
    look(jonas)
    jonas.fill("[name=amount]", "199")
    jonas.click(".buybar button.buy")
    jonas.wait_for_selector(".errors")  # too little, and no address yet
    look(jonas)
    jonas.fill("[name=amount]", "250")
    jonas.fill("[name=name]", "乔纳斯")
    jonas.fill("[name=line1]", "湖滨路8号")
    jonas.fill("[name=city]", "杭州")
    jonas.click(".buybar button.buy")
    approve(jonas)
    assert "250" in jonas.inner_text(".so-far")

    # Lan takes the smaller one, and a brick of the kiln that is too dear
    lan = phone(cast.lan, language)
    for one, place in ((project, 0), (too_dear, 0)):
        lan.goto(f"{site}/{one.oid}")
        look(lan)
        lan.locator(".project-rewards > li").nth(place).locator("a.btn").click()
        lan.wait_for_selector("[name=amount]")
        look(lan)
        lan.click(".buybar button.buy")
        approve(lan)
    assert Pledge.objects.filter(state=rules.CAPTURED).count() == 3

    # The deadline: one has reached its goal to the coin, the other one pays everybody back
    deadline_is_here(project)
    deadline_is_here(too_dear)
    run_due()
    sandbox.settle()
    lan.goto(f"{site}/{too_dear.oid}")
    look(lan)
    refund = PaymentRefund.objects.get()
    assert (refund.state, refund.amount_minor) == ("executed", 8000)
    assert Pledge.objects.get(project=too_dear).state == rules.REFUNDED
    book = Book.objects.get(community=kiln)
    too_dear.refresh_from_db()
    assert (too_dear.state, balance(book, too_dear.account).minor) == (rules.FAILED, 0)
    project.refresh_from_db()
    assert project.picture is not None
    assert (project.state, project.held_minor) == (rules.COLLECTING, 30000)
    lan.goto(site)
    look(lan)

    # Counted once more; then Mei shows what the first part was for
    Project.objects.filter(pk=project.pk).update(collect_until=timezone.now())
    closing.keep_time(now=timezone.now())
    mei.goto(f"{studio}/{project.oid}")
    look(mei)
    mei.fill("[name=evidence]", "泥料已经到了，一共八十公斤。")
    mei.click("form[action$='/show'] button[type=submit], form[action$='/show'] button.main")
    mei.wait_for_selector(".toasts, [role=status]")
    look(mei)
    jonas.goto(f"{site}/{project.oid}")
    look(jonas)
    assert "八十公斤" in jonas.inner_text(".project-parts")
    Milestone.objects.filter(state=rules.PROVEN).update(objections_until=timezone.now())
    delivering.pay_out_due(now=timezone.now())
    assert balance(book, "sales").minor == 12000

    # The address stands beside the backer; what is delivered, the backer sees
    mei.goto(f"{studio}/{project.oid}")
    assert "湖滨路8号" in mei.inner_text(".pledge-rows")
    look(mei)
    mei.locator("form[action$='/delivered'] button").last.click()
    mei.wait_for_selector(".pledge-rows .chip.sprout-soft")
    look(mei)
    jonas.goto(f"{site}/{project.oid}")
    look(jonas)
    assert Pledge.objects.get(member__person=cast.jonas).delivered_at is not None
    assert not any(trial_balance(book).values())
