"""What crowdfunding shows on others' pages: menus, the shop, and what people are told of."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from banyan.communities.nav import add_studio_place
from banyan.communities.places import url
from banyan.communities.rules import PUBLIC
from banyan.core.ids import read_id
from banyan.core.notices import topic
from banyan.core.slots import fills
from banyan.core.ui import nav
from banyan.ledger import references

from . import queries
from .models import Pledge, Project

topic(
    "project-funded", label=_("Projects I pledged for"), one=_("It has reached its goal"),
    many=_("%(n)s projects you pledged for have reached their goals"), icon="hand-heart", order=50,
)  # fmt: skip
topic(
    "project-made", under="project-funded", label=_("A project begins to be made"),
    one=_("Counted for the last time: it is being made now"),
    many=_("%(n)s projects you pledged for are being made"), icon="package", order=51,
)  # fmt: skip
topic(
    "project-shown", under="project-funded", label=_("A milestone to look at"),
    one=_("Look what was done: you have 72 hours to object"),
    many=_("%(n)s milestones to look at"), icon="eye", order=52,
)  # fmt: skip
topic(
    "project-back", under="project-funded", label=_("A pledge that goes back to me"),
    one=_("Your pledge is on its way back to you"),
    many=_("%(n)s pledges are on their way back to you"), icon="undo-2", order=53,
)  # fmt: skip
topic(
    "project-late", under="project-funded", label=_("A pledge that came too late"),
    one=_("Your payment came too late to count; it is on its way back"),
    many=_("%(n)s payments came too late; they are on their way back"), icon="undo-2", order=54,
)  # fmt: skip
topic(
    "project-delivered", under="project-funded", label=_("A reward that was sent to me"),
    one=_("Your reward is on its way, or with you"), many=_("%(n)s rewards were delivered"),
    icon="package-check", order=55,
)  # fmt: skip
topic(
    "project-look", label=_("Projects to look at"), one=_("A project waits to be looked at"),
    many=_("%(n)s projects wait to be looked at"), icon="hand-heart", order=56, is_for_staff=True,
)  # fmt: skip
topic(
    "project-down", under="project-look", label=_("My project was turned down"),
    one=_("Your project was turned down, with a reason"),
    many=_("%(n)s of your projects were turned down"), icon="undo-2", order=57, is_for_staff=True,
)  # fmt: skip
topic(
    "project-choose", under="project-look", label=_("My project is below its goal"),
    one=_("It is below its goal after all: go on with it, or pay everybody back"),
    many=_("%(n)s projects are below their goals after all"), icon="circle-alert", order=58,
    is_for_staff=True,
)  # fmt: skip
topic(
    "project-objected", under="project-look", label=_("Backers object to a milestone"),
    one=_("Backers object: the money of this milestone is held"),
    many=_("%(n)s milestones are held because backers object"), icon="circle-alert", order=59,
    is_for_staff=True,
)  # fmt: skip

add_studio_place(
    key="funding", name="studio-funding", label=_("Crowdfunding"), icon="hand-heart", order=45,
    right=queries.RIGHT,
)  # fmt: skip


def _shown(request: Any) -> str | None:
    """A link once there is something to see: read with the community, it costs no query."""
    community = getattr(request, "community", None)
    if community is None or not community.switches.get(queries.SHOWS):
        return None
    member = getattr(request, "member", None)
    if community.visibility != PUBLIC and not (member is not None and member.is_in):
        return None
    return url(community, "funding")


@fills("catalog.shop.acts", order=15)
def to_its_projects(request: Any, **_more: Any) -> str:
    """In the shop, beside what is bought there."""
    to = _shown(request)
    return render_to_string("funding/parts/shop.html", {"to": to}, request) if to else ""


def _new(request: Any) -> str | None:
    member = getattr(request, "member", None)
    if member is None or not member.may(queries.RIGHT):
        return None
    return url(request.community, "studio-project-new")


nav.place(
    "studio_new", "project", label=_("Crowdfunding project"), icon="hand-heart", order=32, url=_new
)  # fmt: skip


@references.register
def name_pledges(oids: list[str]) -> dict[str, references.Reference]:
    """For the books: a pledge, and a part paid out, is called after its project."""
    ids = {}
    for oid in oids:
        try:
            ids[read_id(oid)] = oid
        except ValueError:
            continue
    pledges = Pledge.objects.filter(public_id__in=ids).select_related("project__community")
    named = {pledge.public_id: pledge.project for pledge in pledges}
    projects = Project.objects.filter(public_id__in=ids.keys() - named.keys())
    named |= {one.public_id: one for one in projects.select_related("community")}
    return {
        ids[public_id]: references.Reference(
            label=project.title,
            lang=project.lang,
            what=_("Project"),
            url=url(project.community, "project", id=project.public_id),
            studio_url=url(project.community, "studio-project", id=project.public_id),
        )
        for public_id, project in named.items()
    }
