from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from banyan.communities.places import url
from banyan.core.events import after, on
from banyan.core.notices import Telling, tell
from banyan.core.refusals import Refusal
from banyan.payments import sources
from banyan.payments.events import PaymentCaptured, RefundExecuted
from banyan.people.events import PersonErased

from . import queries, rules
from .actions import pledging
from .events import (
    DeliveryBegan,
    MilestoneObjected,
    MilestoneShown,
    PledgeGoesBack,
    ProjectEvent,
    ProjectFellShort,
    ProjectFunded,
    ProjectReturned,
    ProjectSent,
    RewardDelivered,
)
from .models import Pledge, Project

sources.register(pledging.SOURCE, page=pledging.page_of, take=pledging.lock)


class PledgeIsOpen(Refusal):
    status = 409


@on(PersonErased)
def keep_who_waits_for_a_reward(event: PersonErased) -> None:
    """Whoever waits for a reward cannot be found any more after erasing."""
    waits = Pledge.objects.filter(
        member__person_id=event.object_id, state__in=rules.HELD, delivered_at=None
    ).select_related("project")
    one = waits.order_by("pk").first()
    if one is not None:
        raise PledgeIsOpen(
            _("You have pledged for “%(title)s”. Take it back, or wait until it is delivered.")
            % {"title": one.project.title}
        )


@on(PaymentCaptured)
def take_the_money(event: PaymentCaptured) -> None:
    if event.source_kind == pledging.SOURCE:
        pledging.take_captured(
            pledge_id=event.source_id, payment_id=event.payment_id, provider=event.provider,
            amount_minor=event.amount_minor or 0, now=event.now,
        )  # fmt: skip


@on(RefundExecuted)
def pledge_is_paid_back(event: RefundExecuted) -> None:
    if event.source_kind == pledging.SOURCE:
        pledging.paid_back(pledge_id=event.source_id, ref=event.ref, now=event.now)


# Telling people


def _tell(
    event: ProjectEvent, topic: str, key: str, to: Iterable[int], page: str = "project"
) -> None:
    project = Project.objects.select_related("community").get(pk=event.object_id)
    tell(
        Telling(
            topic=topic, key=f"project:{project.pk}:{key}", thing=("project", project.pk),
            about=("project", project.pk), url=url(project.community, page, id=project.public_id),
            title=project.title, lang=project.lang, community_id=project.community_id,
        ),
        to=list(to), now=event.now,
    )  # fmt: skip


def _backers(event: ProjectEvent) -> list[int]:
    rows = Pledge.objects.filter(project_id=event.object_id, state__in=rules.PAID)
    return list(rows.order_by("pk").values_list("member__person_id", flat=True))


def _creator(event: ProjectEvent) -> list[int]:
    rows = Project.objects.filter(pk=event.object_id)
    return list(rows.values_list("made_by__person_id", flat=True))


@after(ProjectSent)
def ask_somebody_to_look(event: ProjectSent) -> None:
    project = Project.objects.get(pk=event.object_id)
    others = queries.others_who_may(project).values_list("person_id", flat=True)
    stamp = int(event.now.timestamp())
    _tell(event, "project-look", f"sent:{stamp}", others, "studio-project")


@after(ProjectReturned)
def tell_the_creator_why(event: ProjectReturned) -> None:
    project = Project.objects.select_related("made_by__person").get(pk=event.object_id)
    if project.reason and event.actor != project.made_by.person.pseudonym:
        stamp = int(event.now.timestamp())
        _tell(event, "project-down", f"down:{stamp}", _creator(event), "studio-project")


@after(ProjectFunded)
def tell_that_it_is_funded(event: ProjectFunded) -> None:
    _tell(event, "project-funded", "funded", _backers(event))


@after(ProjectFellShort)
def ask_the_creator_to_choose(event: ProjectFellShort) -> None:
    _tell(event, "project-choose", "choose", _creator(event), "studio-project")


@after(DeliveryBegan)
def tell_that_it_is_being_made(event: DeliveryBegan) -> None:
    _tell(event, "project-made", "made", _backers(event))


@after(MilestoneShown)
def ask_backers_to_look(event: MilestoneShown) -> None:
    _tell(event, "project-shown", f"shown:{event.milestone_id}", _backers(event))


@after(MilestoneObjected)
def tell_that_money_is_held(event: MilestoneObjected) -> None:
    project = Project.objects.get(pk=event.object_id)
    others = queries.others_who_may(project).values_list("person_id", flat=True)
    who = [*_creator(event), *others]
    _tell(event, "project-objected", f"objected:{event.milestone_id}", who, "studio-project")


@after(PledgeGoesBack)
def tell_that_money_goes_back(event: PledgeGoesBack) -> None:
    if event.why == pledging.TAKEN_BACK:  # they did it themselves
        return
    person = Pledge.objects.values_list("member__person_id", flat=True).get(pk=event.pledge_id)
    topic = "project-late" if event.why == pledging.LATE else "project-back"
    _tell(event, topic, f"back:{event.pledge_id}", [person])


@after(RewardDelivered)
def tell_that_it_was_sent(event: RewardDelivered) -> None:
    person = Pledge.objects.values_list("member__person_id", flat=True).get(pk=event.pledge_id)
    _tell(event, "project-delivered", f"delivered:{event.pledge_id}", [person])
