"""Proposing a charter, talking about it, voting, and what comes of the votes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, TooMany, WrongMoment
from banyan.core.text import lang_of

from .. import actions as charters
from .. import kept
from ..actions import CharterChanged
from ..events import (
    CharterAdopted,
    CharterCommented,
    CharterProposalWithdrawn,
    CharterProposed,
    CharterRejected,
    CharterVoted,
)
from ..models import Amendment, AmendmentComment, Ballot, Charter, CharterPolicy
from . import queries, rules


class AnotherIsOpen(Refusal):
    status = 409
    sentence = _("Another change is open for votes. One at a time; wait until it closes.")


class NothingChanged(Refusal):
    sentence = _("These are the words that stand already. Change something first.")


class TooNew(Refusal):
    status = 403
    sentence = _("You joined too short a time before the vote was opened to take part in it.")


class NobodyToAsk(Refusal):
    status = 409
    sentence = _("There are not enough members to vote yet. Publish the next version yourself.")


@transaction.atomic
def propose(*, community: Community, by: Member, now: datetime, why: str, goal: str,
            values: Sequence[str], conventions: Sequence[str], after_version: int,
            second_goal: str = "", second_values: Sequence[str] = (),
            second_conventions: Sequence[str] = ()) -> Amendment:  # fmt: skip
    """Lay a changed charter before the members. It can be commented and voted on until its end.

    NotAllowed, NobodyToAsk, CharterChanged, NothingChanged, AnotherIsOpen.
    """
    policy = queries.policy(community)
    if by.community_id != community.pk or not queries.may_propose(by, policy, now):
        raise NotAllowed
    if queries.electorate(community, opened_at=now, tenure_days=policy.tenure_days) < (
        rules.FEWEST_VOTERS
    ):
        raise NobodyToAsk
    standing = Charter.objects.of(community).first()
    if standing is None or standing.version != after_version:
        raise CharterChanged
    has_second = bool(second_goal or second_values or second_conventions)
    amendment = Amendment(
        community=community, by=by, why=why, why_lang=lang_of(why, community.lang),
        after_version=after_version, goal=goal, values=list(values),
        conventions=list(conventions), lang=community.lang, second_goal=second_goal,
        second_values=list(second_values), second_conventions=list(second_conventions),
        second_lang=community.second_lang if has_second else "", opened_at=now,
        closes_at=now + timedelta(days=policy.vote_days), quorum_percent=policy.quorum_percent,
        threshold_percent=policy.threshold_percent, tenure_days=policy.tenure_days,
    )  # fmt: skip
    said, stood = (amendment.first, amendment.second), (standing.first, standing.second)
    if [(s.goal, s.values, s.conventions) for s in said] == [
        (s.goal, s.values, s.conventions) for s in stood
    ]:
        raise NothingChanged
    try:
        with transaction.atomic():
            amendment.save()
    except IntegrityError as taken:
        raise AnotherIsOpen from taken
    announce(
        CharterProposed(
            community_id=community.pk, object_id=amendment.pk, actor=by.person.pseudonym,
            closes_at=amendment.closes_at, lang=amendment.why_lang, now=now,
        )
    )  # fmt: skip
    queries.keep_open(community.pk)
    return amendment


@transaction.atomic
def vote(*, amendment: Amendment, member: Member, choice: str, now: datetime) -> None:
    """One vote for each member; it may be changed until the end. TooNew, WrongMoment."""
    if not member.is_in or member.community_id != amendment.community_id:
        raise NotAllowed
    if choice not in dict(rules.CHOICES):
        raise Refusal
    # Takes the amendment's row: no vote comes in while the votes are counted.
    is_open = Amendment.objects.filter(pk=amendment.pk, state=rules.OPEN, closes_at__gt=now).update(
        state=rules.OPEN
    )
    if not is_open:
        raise WrongMoment
    if not rules.may_vote(
        joined_at=member.joined_at, opened_at=amendment.opened_at,
        tenure_days=amendment.tenure_days,
    ):  # fmt: skip
        raise TooNew
    mine = Ballot.objects.filter(amendment=amendment, member=member)
    if mine.update(choice=choice):
        return
    Ballot.objects.create(amendment=amendment, member=member, choice=choice)
    announce(
        CharterVoted(
            community_id=amendment.community_id, object_id=amendment.pk,
            actor=member.person.pseudonym, now=now,
        )
    )  # fmt: skip


@transaction.atomic
def comment(*, amendment: Amendment, member: Member, body: str, now: datetime) -> AmendmentComment:
    """Say something about an open proposal. WrongMoment once it is closed, TooMany for a flood."""
    if not member.is_in or member.community_id != amendment.community_id:
        raise NotAllowed
    if not amendment.is_open:
        raise WrongMoment
    since = now - timedelta(seconds=rules.WINDOW_SECONDS)
    if (
        AmendmentComment.objects.filter(member=member, at__gt=since).count()
        >= rules.COMMENTS_PER_WINDOW
    ):
        raise TooMany
    said = AmendmentComment.objects.create(
        community_id=amendment.community_id, amendment=amendment, member=member, body=body,
        lang=lang_of(body, member.community.lang), at=now,
    )  # fmt: skip
    announce(
        CharterCommented(
            community_id=amendment.community_id, object_id=amendment.pk, comment_id=said.pk,
            actor=member.person.pseudonym, lang=said.lang, now=now,
        )
    )  # fmt: skip
    return said


@transaction.atomic
def remove_comment(*, comment: AmendmentComment, by: Member, now: datetime) -> None:
    """Take away one's own words, or as a moderator another's. `restore_comment` undoes it."""
    _may_touch(comment, by)
    is_done = AmendmentComment.objects.filter(pk=comment.pk, removed_at=None).update(
        removed_at=now, removed_by=by
    )
    if not is_done:
        raise WrongMoment


@transaction.atomic
def restore_comment(*, comment: AmendmentComment, by: Member) -> None:
    """Bring words back; only whoever took them away, or a moderator."""
    _may_touch(comment, by)
    rows = AmendmentComment.objects.filter(pk=comment.pk, removed_at__isnull=False)
    if not by.may("content.moderate"):
        rows = rows.filter(removed_by=by)
    if not rows.update(removed_at=None, removed_by=None):
        raise WrongMoment


def _may_touch(comment: AmendmentComment, by: Member) -> None:
    is_theirs = comment.member_id == by.pk and by.is_in
    is_ours = by.community_id == comment.community_id and by.may("content.moderate")
    if not (is_theirs or is_ours):
        raise NotAllowed


@transaction.atomic
def withdraw(*, amendment: Amendment, by: Member, now: datetime) -> None:
    """Take a proposal back: its proposer, or whoever edits the charter."""
    is_theirs = amendment.by_id == by.pk and by.is_in
    if not is_theirs and not (by.community_id == amendment.community_id and by.may("charter.edit")):
        raise NotAllowed
    amendment.move(rules.WITHDRAWN, closed_at=now)
    Ballot.objects.filter(amendment=amendment).update(choice="")
    announce(
        CharterProposalWithdrawn(
            community_id=amendment.community_id, object_id=amendment.pk,
            actor=by.person.pseudonym, now=now,
        )
    )  # fmt: skip
    queries.keep_open(amendment.community_id)


@transaction.atomic
def settle(amendment: Amendment, *, now: datetime) -> str:
    """Count the votes of a proposal whose end has come; safe to run again.

    What each one chose is blanked with the count. Members who have left are not counted.
    """
    amendment.take()
    if amendment.state != rules.OPEN or now < amendment.closes_at:
        return amendment.state
    yes, no = queries.count(amendment)
    voters = queries.electorate(
        amendment.community, opened_at=amendment.opened_at, tenure_days=amendment.tenure_days
    )
    outcome = rules.verdict(
        yes=yes, no=no, electorate=voters, quorum_percent=amendment.quorum_percent,
        threshold_percent=amendment.threshold_percent,
    )  # fmt: skip
    counted = {"closed_at": now, "yes": yes, "no": no, "electorate": voters}
    charter = None
    if outcome == rules.ADOPTED:
        try:
            with transaction.atomic():
                charter = charters.publish(
                    community=amendment.community, by=amendment.by.person, now=now,
                    goal=amendment.goal, values=amendment.values,
                    conventions=amendment.conventions, second_goal=amendment.second_goal,
                    second_values=amendment.second_values,
                    second_conventions=amendment.second_conventions,
                    after_version=amendment.after_version,
                )  # fmt: skip
        except CharterChanged:
            outcome = rules.OVERTAKEN
    amendment.move(outcome, charter=charter, **counted)
    Ballot.objects.filter(amendment=amendment).update(choice="")
    said = {"community_id": amendment.community_id, "object_id": amendment.pk, "now": now}
    if charter is not None:
        announce(
            CharterAdopted(
                version=charter.version, grace_until=charter.grace_until or now,
                actor=amendment.by.person.pseudonym, **said,
            )
        )  # fmt: skip
    else:
        why = "overtaken" if outcome == rules.OVERTAKEN else "votes"
        announce(CharterRejected(why=why, **said))
    queries.keep_open(amendment.community_id)
    return outcome


def settle_due(*, now: datetime) -> int:
    """Every proposal whose end has come."""
    due = (
        Amendment.objects.filter(state=rules.OPEN, closes_at__lte=now)
        .select_related("community", "by__person")
        .order_by("closes_at")[:200]
    )
    return sum(settle(amendment, now=now) != rules.OPEN for amendment in due)


@transaction.atomic
def set_policy(*, community: Community, by: Member, now: datetime, **fields: object) -> None:
    """How this community changes its charter. What is open keeps the rules it was opened under."""
    if by.community_id != community.pk or not by.may("charter.edit"):
        raise NotAllowed
    policy, _is_new = CharterPolicy.objects.update_or_create(community=community, defaults=fields)
    body = {"proposers": policy.proposers, "tenure_days": policy.tenure_days}
    kept.put(queries.POLICY_PART, body, community_id=community.pk)
