from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.core.events import announce
from banyan.core.refusals import NotAllowed, Refusal, WrongMoment

from ..events import ExperimentEnded, ExperimentStarted
from ..models import Experiment
from . import queries, rules, subjects

RIGHT = "culture.run"


class OneIsRunning(Refusal):
    status = 409
    sentence = _("This is being tried out already. End it first.")


@transaction.atomic
def start(*, community: Community, by: Member, now: datetime, subject: str, subject_id: int,
          mode: str, days: int, outcome: str = "") -> Experiment:  # fmt: skip
    """Divide the members by lot from now on. NotAllowed, OneIsRunning."""
    if by.community_id != community.pk or not by.may(RIGHT):
        raise NotAllowed
    kind = subjects.get(subject)
    names = dict(kind.things(community)) if kind else {}
    if kind is None or subject_id not in names or mode not in dict(rules.MODES):
        raise WrongMoment
    days = min(max(days, rules.SHORTEST_DAYS), rules.LONGEST_DAYS)
    try:
        with transaction.atomic():
            made = Experiment.objects.create(
                community=community, subject=subject, subject_id=subject_id, mode=mode,
                name=str(names[subject_id])[:120], outcome=outcome or kind.outcome,
                starts_at=now, ends_at=now + timedelta(days=days), made_by=by,
            )  # fmt: skip
    except IntegrityError as taken:
        raise OneIsRunning from taken
    announce(
        ExperimentStarted(
            community_id=community.pk, object_id=made.pk, subject=subject,
            actor=by.person.pseudonym, now=now,
        )
    )  # fmt: skip
    queries.keep(community.pk)
    return made


@transaction.atomic
def end(experiment: Experiment, *, now: datetime, by: Member | None = None) -> bool:
    """Over when its time is, or when those who run it say so. Then everybody sees it again."""
    if by is not None:
        if by.community_id != experiment.community_id or not by.may(RIGHT):
            raise NotAllowed
    elif now < experiment.ends_at:
        return False
    ends_at = min(now, experiment.ends_at)
    experiment.move(rules.ENDED, closed_at=now, ends_at=max(ends_at, experiment.starts_at))
    found = queries.result(experiment, now=now)
    announce(
        ExperimentEnded(
            community_id=experiment.community_id, object_id=experiment.pk,
            subject=experiment.subject, verdict=found.verdict,
            actor=by.person.pseudonym if by else None, now=now,
        )
    )  # fmt: skip
    queries.keep(experiment.community_id)
    return True


def end_due(*, now: datetime) -> int:
    ended = 0
    due = Experiment.objects.filter(state=rules.RUNNING, ends_at__lte=now)
    for experiment in due.order_by("ends_at")[:200]:
        try:
            ended += end(experiment, now=now)
        except WrongMoment:
            continue
    return ended
