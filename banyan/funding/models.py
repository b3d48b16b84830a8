from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banyan.communities.models import Community, Member
from banyan.core.models import Picture, Scoped
from banyan.core.money import Money
from banyan.core.privacy import Privacy
from banyan.core.states import Stateful
from banyan.payments.models import Payment
from banyan.sellers.models import Book

from . import rules


class Project(Scoped, Stateful):
    """Something that is made only if enough people pay for it before a deadline.

    `pledged_minor` and `backers` count the pledges whose money is held; `held_minor` is what stands
    on campaign.<oid> in the books. Its terms stand still from the moment it is live.
    """

    MOVES = rules.PROJECT_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=rules.PROJECT_STATES, default=rules.DRAFT)
    currency = models.CharField(max_length=3)
    title = models.CharField(max_length=rules.TITLE_LENGTH)
    story = models.TextField(blank=True, help_text="Markdown")
    lang = models.CharField(max_length=12, blank=True)
    picture = models.ForeignKey(
        Picture, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    goal_minor = models.PositiveBigIntegerField()
    ends_at = models.DateTimeField()
    tax_bp = models.PositiveSmallIntegerField(default=0, help_text="contained in what is pledged")
    pledged_minor = models.PositiveBigIntegerField(default=0)
    backers = models.PositiveIntegerField(default=0)
    held_minor = models.PositiveBigIntegerField(default=0)
    final_minor = models.PositiveBigIntegerField(null=True, blank=True)
    final_backers = models.PositiveIntegerField(null=True, blank=True)
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    let_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    live_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="when nobody could pledge")
    collect_until = models.DateTimeField(null=True, blank=True)
    decide_until = models.DateTimeField(
        null=True, blank=True, help_text="below the goal after closing: the creator chooses"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True, help_text="every pledge is at its end")
    reason = models.CharField(max_length=rules.REASON_LENGTH, blank=True)

    privacy_name = _("Projects you asked money for")
    privacy = Privacy(
        person="made_by__person",
        exports=("community_id", "state", "title", "story", "goal_minor", "ends_at", "made_at"),
        on_erase="keep",
        keeps="as long as its money is in the books, under the nameless member",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(goal_minor__gt=0), name="project_has_a_goal"),
        ]
        indexes = [
            models.Index(fields=["community", "-made_at"], name="projects_here"),
            models.Index(
                fields=["ends_at"], condition=Q(state=rules.LIVE), name="projects_to_close"
            ),
            models.Index(
                fields=["closed_at"],
                condition=Q(state__in=(rules.FUNDED, rules.COLLECTING)),
                name="projects_to_collect",
            ),
            models.Index(
                fields=["ended_at"],
                condition=Q(state__in=rules.PAYS_BACK, settled_at=None),
                name="projects_to_settle",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def money(self, minor: int) -> Money:
        return Money(minor, self.currency)

    @property
    def account(self) -> str:
        """Where its backers' money stands in the books."""
        return f"campaign.{self.oid}"

    @property
    def goal(self) -> Money:
        return self.money(self.goal_minor)

    @property
    def is_over(self) -> bool:
        return self.final_minor is not None

    @property
    def raised(self) -> Money:
        """What is pledged; once it is over, what was."""
        return self.money(self.pledged_minor if self.final_minor is None else self.final_minor)

    @property
    def crowd(self) -> int:
        return self.backers if self.final_backers is None else self.final_backers

    @property
    def percent(self) -> int:
        return rules.percent_of(self.raised.minor, self.goal_minor)

    @property
    def held(self) -> Money:
        return self.money(self.held_minor)

    @property
    def pledged(self) -> Money:
        return self.money(self.pledged_minor)

    def is_open(self, now: datetime) -> bool:
        return rules.is_open(self.state, ends_at=self.ends_at, now=now)

    def days_left(self, now: datetime) -> int:
        """Begun days until the deadline; 0 on its last day."""
        return max((self.ends_at - now) // timedelta(days=1), 0)


class Reward(Scoped):
    """What a backer gets for at least so much. `taken` counts what is kept for somebody."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="rewards")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=rules.TITLE_LENGTH)
    what = models.CharField(max_length=rules.WHAT_LENGTH, blank=True)
    least_minor = models.PositiveBigIntegerField()
    quota = models.PositiveIntegerField(null=True, blank=True)
    taken = models.PositiveIntegerField(default=0)
    month = models.DateField(help_text="its first day: when it is likely to arrive")
    needs_address = models.BooleanField(default=False)

    privacy = Privacy(
        person=None, exports="none", on_erase="keep", keeps="with its project",
        why="terms of a project; who chose it stands on the pledge",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quota=None) | Q(taken__lte=F("quota")), name="reward_never_over_quota"
            ),
            models.UniqueConstraint(fields=["project", "position"], name="reward_in_its_place"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def least(self) -> Money:
        return self.project.money(self.least_minor)

    @property
    def left(self) -> int | None:
        return None if self.quota is None else max(self.quota - self.taken, 0)

    @property
    def is_gone(self) -> bool:
        return self.left == 0


class Milestone(Scoped, Stateful):
    """A share of the money, paid out once backers have seen what it was for."""

    MOVES = rules.MILESTONE_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=rules.TITLE_LENGTH)
    share_bp = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=rules.MILESTONE_STATES, default=rules.WAITING)
    amount_minor = models.PositiveBigIntegerField(null=True, blank=True, help_text="from delivery")
    evidence = models.TextField(blank=True)
    lang = models.CharField(max_length=12, blank=True)
    picture = models.ForeignKey(
        Picture, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    shown_at = models.DateTimeField(null=True, blank=True)
    objections_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    privacy_name = _("Decisions of yours on objections")
    privacy = Privacy(
        person="decided_by__person",
        exports=("community_id", "state", "done_at"),
        on_erase="keep",
        keeps="with its project, under the nameless member",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "position"], name="milestone_in_its_place"),
        ]
        indexes = [
            models.Index(
                fields=["objections_until"],
                condition=Q(state=rules.PROVEN),
                name="milestones_to_pay",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def amount(self) -> Money | None:
        return None if self.amount_minor is None else self.project.money(self.amount_minor)

    def takes_objections(self, now: datetime) -> bool:
        return bool(
            self.state == rules.PROVEN and self.objections_until and now < self.objections_until
        )


class Pledge(Scoped, Stateful):
    """A member's money for a project, held until it is known whether it comes about."""

    MOVES = rules.PLEDGE_MOVES

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="pledges")
    reward = models.ForeignKey(Reward, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=rules.PLEDGE_STATES, default=rules.RESERVED)
    amount_minor = models.PositiveBigIntegerField()
    back_minor = models.PositiveBigIntegerField(default=0, help_text="what goes back")
    is_late = models.BooleanField(
        default=False, help_text="never counted: paid too late, or taken back before"
    )
    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lang = models.CharField(max_length=12, default="en", help_text="language of the backer")
    name = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    line1 = models.CharField(max_length=120, blank=True)
    line2 = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)
    reserved_at = models.DateTimeField()
    reserved_until = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    privacy_name = _("Projects you pledged for")
    privacy = Privacy(
        person="member__person",
        exports=("community_id", "project_id", "state", "amount_minor", "back_minor", "name",
                 "phone", "line1", "line2", "city", "region", "postcode", "country",
                 "reserved_at", "paid_at", "ended_at", "delivered_at"),
        on_erase="blank",
        blanks=("name", "phone", "line1", "line2", "city", "region", "postcode"),
        keeps="sums and dates for as long as the books; name and address go",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "member"],
                condition=Q(state__in=rules.HELD),
                name="pledge_once",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="pledge_of_something"),
            models.CheckConstraint(
                condition=Q(back_minor__lte=F("amount_minor")), name="pledge_back_within"
            ),
        ]
        indexes = [
            models.Index(fields=["project", "state", "id"], name="pledges_of_project"),
            models.Index(fields=["member", "-reserved_at"], name="pledges_of_member"),
            models.Index(
                fields=["reserved_until"],
                condition=Q(state=rules.RESERVED),
                name="pledges_to_release",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} for {self.project_id}"

    @property
    def amount(self) -> Money:
        return self.project.money(self.amount_minor)

    @property
    def back(self) -> Money:
        return self.project.money(self.back_minor)

    @property
    def is_paid(self) -> bool:
        return self.state in rules.PAID

    @property
    def has_address(self) -> bool:
        return bool(self.line1)


class Objection(Scoped):
    """A backer's reason why a milestone should not be paid out."""

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="objections")
    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=rules.REASON_LENGTH)
    at = models.DateTimeField()

    privacy_name = _("Objections of yours")
    privacy = Privacy(
        person="pledge__member__person",
        exports=("community_id", "reason", "at"),
        on_erase="blank",
        blanks=("reason",),
        keeps="with its project, under the nameless member",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["milestone", "pledge"], name="objection_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pledge_id} to {self.milestone_id}"
