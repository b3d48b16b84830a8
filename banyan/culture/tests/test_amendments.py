"""A charter changes in the open: proposed, talked over, voted on, accepted in one's own time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from banyan.communities import actions as communities
from banyan.communities.models import Member
from banyan.core.idempotency import new_form_key
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed, WrongMoment
from banyan.culture import actions as charters
from banyan.culture import queries
from banyan.culture.amendments import actions, rules
from banyan.culture.amendments import queries as amendments
from banyan.culture.models import Acceptance, Amendment, AmendmentComment, Ballot, Charter

DAY = timedelta(days=1)
WORDS = {
    "goal": "Fewer things, kept longer.",
    "values": ["Make less, keep it for life."],
    "conventions": ["Seconds are sold as seconds, with the flaw in the photo.", "Answer the new."],
    "after_version": 1,
}


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person, backend="banyan.people.backends.PasswordBackend")
    return client


@pytest.fixture
def change(settled, here, now):
    return actions.propose(
        community=settled, by=here("mei"), now=now, why="Longer is not for life.", **WORDS
    )


def vote(change, here, now, **choices):
    for name, choice in choices.items():
        actions.vote(amendment=change, member=here(name), choice=choice, now=now)


def test_an_adopted_change_becomes_the_next_version(change, here, settled, now):
    vote(change, here, now, mei="yes", jonas="yes", lan="no")
    assert actions.settle_due(now=now + 7 * DAY) == 1
    change.refresh_from_db()
    assert (change.state, change.yes, change.no, change.electorate) == ("adopted", 2, 1, 4)
    standing = queries.standing(settled)
    assert (standing.version, standing.values) == (2, ["Make less, keep it for life."])
    assert standing.grace_until == now + 7 * DAY + 14 * DAY
    assert Activity.objects.filter(verb="CharterAdopted").count() == 1


def test_counting_twice_changes_nothing(change, here, now):
    vote(change, here, now, mei="yes", jonas="yes")
    late = now + 8 * DAY
    actions.settle_due(now=late)
    assert actions.settle(change, now=late) == "adopted"
    assert actions.settle_due(now=late) == 0
    assert Charter.objects.count() == 2
    assert Activity.objects.filter(verb="CharterAdopted").count() == 1


def test_before_its_end_nothing_is_counted(change, here, now):
    vote(change, here, now, mei="yes", jonas="yes", lan="yes", kenji="yes")
    assert actions.settle(change, now=now + 6 * DAY) == "open"
    assert actions.settle_due(now=now + 6 * DAY) == 0


def test_a_draw_changes_nothing(change, here, now, settled):
    vote(change, here, now, mei="yes", jonas="no")
    actions.settle_due(now=now + 7 * DAY)
    change.refresh_from_db()
    assert change.state == "rejected"
    assert queries.standing(settled).version == 1


def test_a_vote_may_be_changed_until_the_end_and_counts_once(change, here, now):
    vote(change, here, now, jonas="yes")
    vote(change, here, now, jonas="no")
    vote(change, here, now, jonas="no")
    assert Ballot.objects.get().choice == "no"
    assert Activity.objects.filter(verb="CharterVoted").count() == 1
    with pytest.raises(WrongMoment):
        vote(change, here, now + 7 * DAY, jonas="yes")


def test_what_each_one_chose_is_forgotten_with_the_count(change, here, now):
    vote(change, here, now, mei="yes", jonas="no")
    actions.settle_due(now=now + 7 * DAY)
    assert set(Ballot.objects.values_list("choice", flat=True)) == {""}
    assert Ballot.objects.count() == 2


def test_nobody_sees_how_the_vote_stands_while_it_is_open(change, here, cast, now):
    from django.utils import timezone

    Amendment.objects.update(closes_at=timezone.now() + 3 * DAY)
    vote(change, here, now, mei="yes", lan="no")
    page = signed_in(cast.jonas).get(f"/kiln/charter/changes/{change.oid}").content.decode()
    assert "Have voted" in page
    assert ">No<" in page.replace("</span>", "<").replace("<span>", ">")  # the button
    assert "<dt>No</dt>" not in page
    assert "<dt>Yes</dt>" not in page


def test_who_joined_to_vote_does_not_vote(change, cast, kiln, member_of, now):
    charters.join(community=kiln, person=cast.dara, version=1, now=now)
    with pytest.raises(actions.TooNew):
        actions.vote(amendment=change, member=member_of(kiln, cast.dara), choice="yes", now=now)


def test_strangers_and_those_who_left_do_not_vote(change, here, cast, tea, member_of, now):
    with pytest.raises(NotAllowed):
        actions.vote(amendment=change, member=member_of(tea, cast.sol), choice="yes", now=now)
    vote(change, here, now, jonas="yes", mei="yes")
    communities.leave(member=here("jonas"), now=now)
    with pytest.raises(NotAllowed):
        actions.vote(amendment=change, member=here("jonas"), choice="yes", now=now)
    assert amendments.count(change) == (1, 0)


def test_too_few_votes_are_no_vote():
    given = {"quorum_percent": 20, "threshold_percent": 60}
    assert rules.verdict(yes=3, no=0, electorate=20, **given) == rules.REJECTED
    assert rules.verdict(yes=4, no=0, electorate=20, **given) == rules.ADOPTED
    assert rules.verdict(yes=3, no=2, electorate=20, **given) == rules.ADOPTED
    assert rules.verdict(yes=5, no=4, electorate=20, **given) == rules.REJECTED
    assert rules.verdict(yes=0, no=0, electorate=0, **given) == rules.REJECTED


def test_members_propose_only_where_the_community_lets_them(settled, here, now):
    with pytest.raises(NotAllowed):
        actions.propose(community=settled, by=here("jonas"), now=now, why="x", **WORDS)
    with pytest.raises(NotAllowed):
        actions.set_policy(community=settled, by=here("jonas"), now=now, proposers="members")
    actions.set_policy(community=settled, by=here("mei"), now=now, proposers="members")
    made = actions.propose(community=settled, by=here("jonas"), now=now, why="x", **WORDS)
    assert made.by == here("jonas")


def test_one_change_at_a_time(change, settled, here, now):
    with pytest.raises(actions.AnotherIsOpen):
        actions.propose(community=settled, by=here("mei"), now=now, why="x", **WORDS)
    actions.withdraw(amendment=change, by=here("mei"), now=now)
    actions.propose(community=settled, by=here("mei"), now=now, why="x", **WORDS)


def test_a_change_over_an_old_version_or_of_nothing_is_refused(settled, here, now):
    with pytest.raises(charters.CharterChanged):
        actions.propose(
            community=settled, by=here("mei"), now=now, why="x", **{**WORDS, "after_version": 7}
        )
    stands = queries.standing(settled)
    with pytest.raises(actions.NothingChanged):
        actions.propose(
            community=settled, by=here("mei"), now=now, why="x", goal=stands.goal,
            values=stands.values, conventions=stands.conventions, after_version=1,
        )  # fmt: skip


def test_a_change_that_was_overtaken_is_not_laid_over_the_newer_words(
    change, here, settled, cast, now
):
    vote(change, here, now, mei="yes", jonas="yes")
    charters.publish(community=settled, by=cast.mei, now=now, goal="New.", values=[],
                     conventions=[])  # fmt: skip
    actions.settle_due(now=now + 7 * DAY)
    change.refresh_from_db()
    assert change.state == "overtaken"
    assert queries.standing(settled).goal == "New."


def test_with_too_few_voters_the_team_publishes_by_itself(kiln, cast, member_of, now):
    with pytest.raises(actions.NobodyToAsk):
        actions.propose(community=kiln, by=member_of(kiln, cast.mei), now=now, why="x", **WORDS)


def test_only_its_proposer_or_the_team_takes_a_change_back(change, here, now):
    with pytest.raises(NotAllowed):
        actions.withdraw(amendment=change, by=here("jonas"), now=now)
    actions.withdraw(amendment=change, by=here("mei"), now=now)
    with pytest.raises(WrongMoment):
        actions.withdraw(amendment=change, by=here("mei"), now=now)
    with pytest.raises(WrongMoment):
        actions.vote(amendment=change, member=here("lan"), choice="yes", now=now)


def test_members_talk_about_it_and_words_can_be_taken_away_and_brought_back(change, here, now):
    said = actions.comment(amendment=change, member=here("lan"), body="一辈子太长了。", now=now)
    assert said.lang == "zh-Hans"
    with pytest.raises(NotAllowed):
        actions.remove_comment(comment=said, by=here("jonas"), now=now)
    actions.remove_comment(comment=said, by=here("kenji"), now=now)
    with pytest.raises(WrongMoment):
        actions.remove_comment(comment=said, by=here("kenji"), now=now)
    with pytest.raises(WrongMoment):
        actions.restore_comment(comment=said, by=here("lan"))  # a moderator took it away
    actions.restore_comment(comment=said, by=here("mei"))
    assert AmendmentComment.objects.get().removed_at is None
    actions.withdraw(amendment=change, by=here("mei"), now=now)
    with pytest.raises(WrongMoment):
        actions.comment(amendment=change, member=here("lan"), body="late", now=now)


def test_a_clause_keeps_its_id_through_rewording_and_a_gone_one_is_never_given_again(
    change, here, settled, cast, now
):
    old = {clause.text: clause.id for clause in queries.clauses(settled)}
    vote(change, here, now, mei="yes", jonas="yes")
    actions.settle_due(now=now + 7 * DAY)
    new = {clause.text: clause for clause in queries.clauses(settled)}
    assert new["Make less, keep it for life."].id == old["Make less, keep it longer."]
    assert new["Answer the new."].id not in old.values()
    assert new["Answer the new."].url == f"/kiln/charter#clause-{new['Answer the new.'].id}"
    gone = new["Answer the new."].id
    for conventions in (["Nothing else."], ["Nothing else.", "Answer the new."]):
        charters.publish(community=settled, by=cast.mei, now=now, goal="G", values=[],
                         conventions=conventions)  # fmt: skip
    again = {clause.text: clause.id for clause in queries.clauses(settled)}
    assert again["Answer the new."] != gone
    assert queries.clause(settled, gone).text == "Answer the new."


def test_differences_show_what_went_and_what_came_word_by_word():
    shown = [(p.kind, p.text) for p in rules.word_diff("Make less, keep it longer.",
                                                      "Make less, keep it for life.")]  # fmt: skip
    assert shown == [
        ("same", "Make less, keep it "), ("gone", "longer"), ("new", "for life"), ("same", "."),
    ]  # fmt: skip
    shown = [(p.kind, p.text) for p in rules.word_diff("少做，久留。", "少做，一生留。")]
    assert shown == [("same", "少做，"), ("gone", "久"), ("new", "一生"), ("same", "留。")]
    for text in ("a  b，c 1.5x\n“d”", "缺处 in the photo"):
        assert "".join(rules.words_of(text)) == text


def test_after_the_days_of_grace_members_read_on_and_are_asked_before_they_write(
    settled, cast, now
):
    from django.utils import timezone

    then = timezone.now() - 20 * DAY
    charters.publish(community=settled, by=cast.mei, now=then, goal="New.", values=[],
                     conventions=[])  # fmt: skip
    jonas = signed_in(cast.jonas)
    assert jonas.get("/kiln/").status_code == 200
    assert Member.objects.get(community=settled, person=cast.jonas).is_in
    asked = jonas.post("/kiln/new", {"form_key": new_form_key(), "body": "My long words"})
    assert asked.status_code == 422
    assert "My long words" in asked.content.decode()
    sent = jonas.post(
        "/kiln/new", {"form_key": new_form_key(), "body": "My long words", "accept_charter": "2"}
    )
    assert sent.status_code == 302
    assert Acceptance.objects.filter(charter__version=2, member__person=cast.jonas).exists()
    assert jonas.get("/kiln/new").status_code == 200


def test_within_the_days_of_grace_nobody_is_asked(settled, cast, now):
    from django.utils import timezone

    charters.publish(community=settled, by=cast.mei, now=timezone.now() - DAY, goal="New.",
                     values=[], conventions=[])  # fmt: skip
    assert "My words" not in signed_in(cast.jonas).get("/kiln/new").content.decode()
    sent = signed_in(cast.jonas).post("/kiln/new", {"form_key": new_form_key(), "body": "My words"})
    assert sent.status_code == 302


def test_the_whole_way_through_the_pages(settled, cast):
    mei, jonas = signed_in(cast.mei), signed_in(cast.jonas)
    fields = {
        "after_version": 1, "goal": "One cup.", "values": "Less", "conventions": "", "why": "",
    }  # fmt: skip
    refused = mei.post("/studio/kiln/charter", {"form_key": new_form_key(), **fields})
    assert refused.status_code == 422
    assert "One cup." in refused.content.decode()
    done = mei.post("/studio/kiln/charter", {"form_key": new_form_key(), **fields, "why": "Short."})
    page = done["Location"]
    assert "A change of the charter" in jonas.get(page).content.decode()
    jonas.post(f"{page}/vote", {"form_key": new_form_key(), "choice": "yes"})
    assert 'aria-pressed="true"' in jonas.get(page).content.decode()
    assert jonas.post(f"{page}/comments", {"form_key": new_form_key()}).status_code == 422
    jonas.post(f"{page}/comments", {"form_key": new_form_key(), "body": "Gladly."})
    assert "Gladly." in mei.get(page).content.decode()
    assert "A change is open" in Client().get("/kiln/charter").content.decode()
    assert jonas.get("/kiln/charter/propose").status_code == 403
    assert jonas.get("/kiln/charter/history").status_code == 200
