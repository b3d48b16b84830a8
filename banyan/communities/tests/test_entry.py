"""Every way in, one machine: works, wrong moment, wrong person, twice."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from banyan.communities import actions, rules
from banyan.communities.entry import deciding, inviting, letting, purchases
from banyan.communities.entry import rules as ways
from banyan.communities.models import Community, EntryPolicy, EntryStep, Invitation, Member
from banyan.communities.tasks import sweep_entry
from banyan.core.idempotency import new_form_key
from banyan.core.jobs import run_due
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.culture import actions as culture
from banyan.people.actions import choose_likes

QUESTIONS = [{"text": "What do you throw?", "second": "你拉什么坯？"}]


@pytest.fixture
def policy(kiln, cast, now):
    """How Slow Kiln lets people in: policy(join_policy="approval", capacity=5, …)."""

    def change(join_policy=rules.APPROVAL, capacity=None, **fields):
        deciding.change_policy(
            community=kiln, by=cast.mei, now=now, join_policy=join_policy, capacity=capacity,
            **fields,
        )  # fmt: skip
        return kiln

    return change


@pytest.fixture
def ask(kiln, now):
    def join(person, **fields):
        kiln.refresh_from_db()
        return culture.join(
            community=kiln, person=person, version=1, now=fields.pop("at", now), **fields
        )

    return join


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return client


def press(client, path, **fields):
    return client.post(path, {"form_key": new_form_key(), **fields})


# Rules


def test_a_needed_rule_that_fails_hands_to_a_person_even_where_all_may_come():
    said = ways.verdict(by_itself=True, automatic={"adult": "needed"}, facts={"adult": False})
    assert (said.what, said.reasons) == (ways.HOLD, ("adult-",))


def test_a_rule_that_is_enough_admits_where_a_person_would_decide():
    automatic = {"interest": "enough", "verified": "needed"}
    said = ways.verdict(
        by_itself=False, automatic=automatic, facts={"interest": True, "verified": True}
    )
    assert (said.what, said.reasons) == (ways.ADMIT, ("interest+",))
    said = ways.verdict(by_itself=False, automatic=automatic, facts={"interest": True})
    assert said.what == ways.HOLD


def test_no_rule_ever_refuses_and_every_reason_has_words():
    for effect_a in ("", "needed", "enough"):
        for fact in (True, False):
            for by_itself in (True, False):
                said = ways.verdict(
                    by_itself=by_itself, automatic={"adult": effect_a}, facts={"adult": fact}
                )
                assert said.what in (ways.ADMIT, ways.HOLD)
                assert all(reason in ways.REASONS for reason in said.reasons)


# Application


def test_an_application_waits_with_a_promised_hour_and_its_reason(policy, ask, cast, now):
    policy(answer_hours=5)
    member = ask(cast.dara)
    assert (member.state, member.due_at) == (rules.APPLIED, now + timedelta(hours=5))
    (step,) = member.steps.all()
    assert (step.kind, step.reasons, step.by) == ("held", ["person"], None)


def test_rules_admit_or_hold_by_what_is_known_of_the_person(policy, ask, cast, now):
    policy(automatic={"interest": "enough"})
    assert ask(cast.dara).state == rules.APPLIED
    choose_likes(person=cast.yusuf, keys=["ceramics"], now=now)
    let_in = ask(cast.yusuf)
    assert let_in.is_in
    assert [s.reasons for s in let_in.steps.all()] == [["interest+"]]
    assert let_in.source == ways.ASKED


def test_questions_are_asked_in_both_languages_and_typed_text_is_kept(policy, cast):
    policy(questions=QUESTIONS)
    dara = signed_in(cast.dara)
    assert "What do you throw?" in dara.get("/kiln/join").content.decode()
    page = dara.get("/kiln/join", headers={"accept-language": "zh-hans"}).content.decode()
    assert "你拉什么坯？" in page
    refused = press(dara, "/kiln/join", version=1, answer_0="Bowls, on Sundays")
    assert refused.status_code == 422
    assert "Bowls, on Sundays" in refused.content.decode()
    done = press(dara, "/kiln/join", version=1, answer_0="Bowls, on Sundays", accept="on")
    assert done["Location"] == "/kiln/entry"
    assert "Bowls, on Sundays" in dara.get("/kiln/entry").content.decode()
    seen = signed_in(cast.mei).get("/studio/kiln/members").content.decode()
    assert "What do you throw?" in seen
    assert "Bowls, on Sundays" in seen


def test_late_answers_stand_on_today(policy, ask, cast, now):
    policy(answer_hours=1)
    ask(cast.dara, at=now - timedelta(days=4000))
    assert "1 answer is late" in signed_in(cast.mei).get("/studio/kiln/today").content.decode()


# Appeal


def test_an_appeal_is_decided_by_another_than_the_first(policy, ask, cast, now, member_of):
    policy()
    Member.objects.filter(person=cast.jonas).update(role=rules.OPERATOR)
    ask(cast.dara)
    actions.refuse(member=member_of(policy(), cast.dara), by=cast.mei, now=now, reason="Full.")
    dara = member_of(policy(), cast.dara)
    deciding.appeal(member=dara, words="I can come on Tuesdays.", now=now)
    assert dara.state == rules.APPEALED
    for verb in (actions.admit, actions.refuse):
        with pytest.raises(deciding.AnotherDecides):
            verb(member=member_of(policy(), cast.dara), by=cast.mei, now=now)
    actions.refuse(member=member_of(policy(), cast.dara), by=cast.jonas, now=now)
    with pytest.raises(deciding.AppealedOnce):
        deciding.appeal(member=member_of(policy(), cast.dara), words="Again", now=now)


def test_who_runs_a_place_alone_decides_an_appeal_alone(policy, ask, cast, now, member_of):
    kiln = policy()
    ask(cast.dara)
    actions.refuse(member=member_of(kiln, cast.dara), by=cast.mei, now=now)
    deciding.appeal(member=member_of(kiln, cast.dara), words="Please", now=now)
    actions.admit(member=member_of(kiln, cast.dara), by=cast.mei, now=now)
    assert member_of(kiln, cast.dara).is_in


def test_only_the_refused_appeal(policy, ask, cast, now, member_of):
    policy()
    with pytest.raises(WrongMoment):
        deciding.appeal(member=ask(cast.dara), words="Hurry", now=now)
    with pytest.raises(WrongMoment):
        deciding.appeal(member=member_of(policy(), cast.jonas), words="Hurry", now=now)


def test_a_refusal_can_be_undone_once(policy, ask, cast, now, member_of):
    kiln = policy()
    ask(cast.dara)
    actions.refuse(member=member_of(kiln, cast.dara), by=cast.mei, now=now)
    dara = member_of(kiln, cast.dara)
    mei = signed_in(cast.mei)
    assert press(mei, f"/studio/kiln/members/{dara.oid}/relent").status_code == 302
    assert member_of(kiln, cast.dara).is_in
    assert press(mei, f"/studio/kiln/members/{dara.oid}/relent").status_code == 409
    assert (
        press(signed_in(cast.kenji), f"/studio/kiln/members/{dara.oid}/relent").status_code == 403
    )


def test_the_page_leads_from_refusal_to_appeal_to_being_in(policy, ask, cast, now, member_of):
    kiln = policy()
    ask(cast.dara)
    actions.refuse(member=member_of(kiln, cast.dara), by=cast.mei, now=now, reason="Too full.")
    dara = signed_in(cast.dara)
    page = dara.get("/kiln/entry").content.decode()
    assert "Too full." in page
    assert "Ask to look again" in page
    assert press(dara, "/kiln/entry", words="").status_code == 422
    assert press(dara, "/kiln/entry", words="Once more").status_code == 302
    assert press(dara, "/kiln/entry", words="Once more").status_code == 409
    seen = signed_in(cast.mei).get("/studio/kiln/members").content.decode()
    assert "Once more" in seen


# Waiting list


def test_when_every_place_is_taken_people_wait_in_line_and_move_up(policy, ask, cast, now,
                                                                   member_of):  # fmt: skip
    kiln = policy(join_policy=rules.OPEN, capacity=4)
    first = ask(cast.dara)
    second = ask(cast.yusuf, at=now + timedelta(minutes=1))
    assert (first.state, second.state) == (rules.WAITING, rules.WAITING)
    assert "number 2 in line" in signed_in(cast.yusuf).get("/kiln/entry").content.decode()
    actions.leave(member=member_of(kiln, cast.jonas), now=now)
    assert member_of(kiln, cast.dara).is_in
    assert member_of(kiln, cast.yusuf).state == rules.WAITING
    kiln.refresh_from_db()
    assert kiln.member_count == 4
    run_due(now=now)
    assert cast.dara.email in mail.outbox[-1].to + mail.outbox[0].to


def test_more_places_let_the_longest_waiting_in_and_the_sweep_may_run_twice(policy, ask, cast,
                                                                            member_of):  # fmt: skip
    kiln = policy(join_policy=rules.OPEN, capacity=4)
    ask(cast.dara)
    ask(cast.yusuf)
    Community.objects.filter(pk=kiln.pk).update(capacity=5)
    assert (sweep_entry(), sweep_entry()) == (1, 0)
    kiln.refresh_from_db()
    assert (kiln.member_count, Member.objects.filter(state=rules.WAITING).count()) == (5, 1)
    policy(join_policy=rules.OPEN, capacity=None)
    assert member_of(kiln, cast.yusuf).is_in


def test_whoever_waits_may_take_it_back(policy, ask, cast, now, member_of):
    kiln = policy(join_policy=rules.OPEN, capacity=4)
    ask(cast.dara)
    actions.withdraw(member=member_of(kiln, cast.dara), now=now)
    assert letting.move_up(community_id=kiln.pk, now=now) == 0
    with pytest.raises(WrongMoment):
        actions.withdraw(member=member_of(kiln, cast.dara), now=now)


# Invitations


def test_an_operators_invitation_opens_the_door_so_often_and_no_oftener(policy, ask, cast, now,
                                                                        member_of):  # fmt: skip
    kiln = policy(join_policy=rules.INVITE)
    with pytest.raises(actions.ByInvitationOnly):
        ask(cast.dara)
    assert not Member.objects.filter(person=cast.dara).exists()
    link = inviting.invite(by=member_of(kiln, cast.mei), now=now, uses=1)
    came = ask(cast.dara, invitation=link)
    assert (came.is_in, came.source) == (True, ways.BY_INVITATION)
    with pytest.raises(inviting.InvitationNoLongerStands):
        ask(cast.yusuf, invitation=Invitation.objects.get(pk=link.pk))
    assert Invitation.objects.get(pk=link.pk).state == ways.SPENT
    assert ask(cast.dara, invitation=link).number == came.number


def test_a_members_invitation_is_a_referral_with_its_parent_in_the_log(policy, ask, cast, now,
                                                                       member_of):  # fmt: skip
    kiln = policy(automatic={"referral": "enough"})
    link = inviting.invite(by=member_of(kiln, cast.jonas), now=now, uses=3)
    came = ask(cast.dara, invitation=link)
    assert (came.is_in, came.source) == (True, ways.REFERRED)
    joined = Activity.objects.get(verb="MemberJoined", object_id=came.pk)
    made = Activity.objects.get(pk=joined.parent_id)
    assert (made.verb, made.actor) == ("InvitationMade", cast.jonas.pseudonym)
    assert joined.props["way"] == "referred"


def test_a_referral_alone_lets_one_ask_and_a_person_decides(policy, ask, cast, now, member_of):
    kiln = policy(join_policy=rules.INVITE)
    link = inviting.invite(by=member_of(kiln, cast.jonas), now=now)
    assert ask(cast.dara, invitation=link).state == rules.APPLIED


def test_invitations_run_out_are_revoked_and_forget_the_address(policy, ask, cast, now, member_of):
    kiln = policy(join_policy=rules.INVITE)
    mei = member_of(kiln, cast.mei)
    old = inviting.invite(by=mei, now=now, days=1, email="somebody@example.org")
    with pytest.raises(inviting.InvitationNoLongerStands):
        ask(cast.dara, invitation=old, at=now + timedelta(days=2))
    assert inviting.close_over(now + timedelta(days=2)) == 1
    assert inviting.close_over(now + timedelta(days=2)) == 0
    old.refresh_from_db()
    assert (old.state, old.email) == (ways.OVER, "")
    mine = inviting.invite(by=member_of(kiln, cast.jonas), now=now)
    with pytest.raises(NotAllowed):
        inviting.revoke(invitation=mine, by=member_of(kiln, cast.lan), now=now)
    inviting.revoke(invitation=mine, by=member_of(kiln, cast.jonas), now=now)
    with pytest.raises(WrongMoment):
        inviting.revoke(invitation=mine, by=mei, now=now)


def test_a_mailed_invitation_reaches_the_address_and_whom_we_know_needs_no_link(
    policy, cast, now, member_of
):
    kiln = policy(join_policy=rules.INVITE)
    mei = member_of(kiln, cast.mei)
    inviting.invite(by=mei, now=now, email=cast.dara.email, note_text="Come and throw with us.")
    run_due(now=now)
    (letter,) = [m for m in mail.outbox if m.to == [cast.dara.email]]
    assert "Come and throw with us." in letter.body
    link = re.search(r"https?://\S+/kiln/join\?invitation=\S+", letter.body)
    assert link
    dara = signed_in(cast.dara)
    assert "You are invited" in dara.get("/kiln/").content.decode()
    assert "Dara" not in signed_in(cast.mei).get("/studio/kiln/members?state=all").content.decode()
    done = press(dara, "/kiln/join", version=1, accept="on")
    assert done["Location"] == "/kiln/"
    assert Invitation.objects.get().email == ""


def test_only_operators_mail_and_nobody_new_or_outside_invites(policy, cast, now, member_of):
    kiln = policy()
    with pytest.raises(NotAllowed):
        inviting.invite(by=member_of(kiln, cast.jonas), now=now, email="x@example.org")
    lan = member_of(kiln, cast.lan)
    Member.objects.filter(pk=lan.pk).update(probation_until=now + timedelta(days=3))
    with pytest.raises(NotAllowed):
        inviting.invite(by=member_of(kiln, cast.lan), now=now)
    actions.leave(member=member_of(kiln, cast.jonas), now=now)
    with pytest.raises(NotAllowed):
        inviting.invite(by=member_of(kiln, cast.jonas), now=now)
    Community.objects.filter(pk=kiln.pk).update(switches={"invitations": False})
    with pytest.raises(NotAllowed):
        inviting.invite(by=member_of(kiln, cast.lan), now=now)


def test_a_forged_or_foreign_link_opens_nothing(policy, tea, cast, now, member_of):
    kiln = policy(join_policy=rules.INVITE)
    link = inviting.invite(by=member_of(kiln, cast.mei), now=now)
    token = inviting.token_of(link)
    assert inviting.read(token, kiln) == link
    assert inviting.read(token[:-2] + "xx", kiln) is None
    assert inviting.read(token, tea) is None
    Community.objects.filter(pk=kiln.pk).update(visibility=rules.HIDDEN)
    rafe = signed_in(cast.rafe)
    assert rafe.get("/kiln/join").status_code == 404
    assert rafe.get("/kiln/join?invitation=forged.link").status_code == 404
    assert rafe.get(f"/kiln/join?invitation={token}").status_code == 200
    inviting.revoke(invitation=link, by=member_of(kiln, cast.mei), now=now)
    assert rafe.get(f"/kiln/join?invitation={token}").status_code == 404


def test_the_pages_make_show_and_revoke_an_invitation(policy, cast):
    policy(join_policy=rules.INVITE)
    jonas = signed_in(cast.jonas)
    assert press(jonas, "/kiln/invite", uses="0", days="3").status_code == 422
    made = press(jonas, "/kiln/invite", uses="2", days="3", note="For you")
    page = jonas.get(made["Location"]).content.decode()
    assert '<svg class="qr"' in page
    token = re.search(r"invitation=([^\"&]+)", page)[1]
    assert "Jonas" in signed_in(cast.rafe).get(f"/kiln/join?invitation={token}").content.decode()
    assert signed_in(cast.lan).get(made["Location"]).status_code == 404
    assert press(jonas, made["Location"] + "/revoke").status_code == 302
    over = signed_in(cast.rafe).get(f"/kiln/join?invitation={token}").content.decode()
    assert "used up, over or revoked" in over


# Purchase


def test_a_bought_entry_opens_the_door_once_even_past_the_number_of_places(policy, ask, cast, now):
    kiln = policy(join_policy=rules.INVITE, capacity=4)
    for _ in range(2):
        purchases.grant(community=kiln, person=cast.dara, now=now)
    assert EntryStep.objects.filter(member__person=cast.dara, kind="invited").count() == 1
    came = ask(cast.dara)
    assert (came.is_in, came.source) == (True, ways.PURCHASED)
    assert purchases.offers(kiln) == []


def test_no_purchase_opens_the_door_to_the_banned(policy, cast, now, member_of):
    kiln = policy()
    actions.ban(member=member_of(kiln, cast.jonas), by=member_of(kiln, cast.mei), now=now)
    with pytest.raises(NotAllowed):
        purchases.grant(community=kiln, person=cast.jonas, now=now)


# The first days


def test_newcomers_are_greeted_until_the_host_says_so_or_the_date_does(policy, ask, cast, now,
                                                                       member_of):  # fmt: skip
    lan = member_of(policy(), cast.lan)
    kiln = policy(join_policy=rules.OPEN, probation_days=14, host=lan)
    dara, yusuf = ask(cast.dara), ask(cast.yusuf)
    assert (dara.host_id, dara.probation_until) == (lan.pk, now + timedelta(days=14))
    assert "Dara" in signed_in(cast.lan).get("/kiln/membership").content.decode()
    assert "shows you around" in signed_in(cast.dara).get("/kiln/membership").content.decode()
    with pytest.raises(NotAllowed):
        deciding.settle(member=member_of(kiln, cast.dara), by=member_of(kiln, cast.jonas), now=now)
    assert press(signed_in(cast.lan), f"/kiln/members/{dara.oid}/settle").status_code == 302
    assert press(signed_in(cast.lan), f"/kiln/members/{dara.oid}/settle").status_code == 409
    with pytest.raises(WrongMoment):
        deciding.settle(member=member_of(kiln, cast.yusuf), by=None, now=now)
    Member.objects.filter(pk=yusuf.pk).update(probation_until=now - timedelta(days=1))
    assert (sweep_entry(), sweep_entry()) == (1, 0)


# The studio


def test_operators_say_how_people_come_in_and_wrong_words_are_kept(kiln, cast):
    mei = signed_in(cast.mei)
    assert mei.get("/studio/kiln/entry").status_code == 200
    fields = {
        "join_policy": "approval", "capacity": "", "answer_hours": "24", "probation_days": "7",
        "question_0": "Why here?", "second_0": "为什么来？", "rule_verified": "needed",
    }  # fmt: skip
    wrong = press(mei, "/studio/kiln/entry", **fields | {"answer_hours": "0", "second_1": "多了"})
    assert wrong.status_code == 422
    assert "Why here?" in wrong.content.decode()
    assert press(mei, "/studio/kiln/entry", **fields).status_code == 302
    policy = EntryPolicy.objects.get(community=kiln)
    assert policy.questions == [{"text": "Why here?", "second": "为什么来？"}]
    assert policy.automatic == {"verified": "needed"}
    assert signed_in(cast.kenji).get("/studio/kiln/entry").status_code == 403
    assert signed_in(cast.jonas).get("/studio/kiln/invitations").status_code == 404
