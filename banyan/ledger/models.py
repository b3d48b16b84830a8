from __future__ import annotations

from django.db import models
from django.db.models import Q

from banyan.communities.models import Community
from banyan.core.models import Scoped, Thing
from banyan.core.money import Money
from banyan.core.privacy import Privacy
from banyan.sellers.models import Book

from . import rules


class Account(models.Model):
    """One account of a book, opened when it is first named.

    `balance_minor` stands only on guarded accounts (on the normal side, never below zero); the
    balance of the others is the sum of their legs, so that no row is written by every order.
    """

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=rules.LONGEST_CODE)
    family = models.CharField(max_length=24, help_text="first part of the code")
    commodity = models.CharField(max_length=24)
    balance_minor = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="as long as the books")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "code"], name="account_once"),
            models.CheckConstraint(
                condition=Q(balance_minor=None) | Q(balance_minor__gte=0),
                name="account_never_overdrawn",
            ),
        ]
        indexes = [models.Index(fields=["book", "family"], name="account_family")]

    def __str__(self) -> str:
        return self.code


class Entry(Thing):
    """One event in the books: never changed, never deleted (triggers refuse both).

    `memo` is written by the program and holds no personal data.
    """

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    memo = models.CharField(max_length=200, blank=True)
    actor = models.UUIDField(null=True)
    reverses = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="reversed_by"
    )

    privacy = Privacy(
        person="actor",
        exports="all",
        on_erase="keep",
        keeps="as long as the law wants books, under a pseudonym that erasure cuts from the person",
    )

    class Meta:
        verbose_name_plural = "entries"
        constraints = [models.UniqueConstraint(fields=["book", "key"], name="entry_once")]
        indexes = [models.Index(fields=["book", "-at", "-id"], name="entry_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.oid}"


class Leg(models.Model):
    """One line of an entry: debit above zero, credit below. Never changed, never deleted."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="legs")
    position = models.PositiveSmallIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="legs")
    minor = models.BigIntegerField()
    commodity = models.CharField(max_length=24)
    order = models.CharField(max_length=26, blank=True, help_text="public id of the order")
    line = models.CharField(max_length=26, blank=True, help_text="public id of the order line")
    member = models.UUIDField(null=True, help_text="pseudonym of the person it concerns")

    privacy = Privacy(
        person="member",
        exports="all",
        on_erase="keep",
        keeps="as long as the law wants books, under a pseudonym that erasure cuts from the person",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="leg_once"),
            models.CheckConstraint(condition=~Q(minor=0), name="leg_moves_something"),
        ]
        indexes = [
            models.Index(fields=["order"], condition=~Q(order=""), name="leg_order"),
            models.Index(fields=["member"], condition=Q(member__isnull=False), name="leg_member"),
        ]

    def __str__(self) -> str:
        return f"{self.minor} {self.commodity}"

    @property
    def amount(self) -> Money:
        return Money(self.minor, self.commodity)


class Seal(models.Model):
    """A link of the hash chain over all entries up to `upto`. Never changed, never deleted."""

    # Unique, so that of two who seal at once with different ends only one continues the chain.
    after = models.BigIntegerField(unique=True, help_text="last entry of the seal before")
    upto = models.BigIntegerField(unique=True, help_text="last entry under this seal")
    count = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    privacy = Privacy(person=None, exports="none", on_erase="keep", keeps="as long as the books")

    def __str__(self) -> str:
        return f"{self.upto} {self.hash[:12]}"


class Cost(Scoped):
    """What running the shop cost, in the operator's words; the money itself is in `entry`."""

    KINDS = rules.COST_KINDS

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    spent_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    lang = models.CharField(max_length=12, blank=True)
    noted_by = models.UUIDField(null=True, help_text="pseudonym")
    noted_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    privacy = Privacy(
        person="noted_by",
        exports=("kind", "amount_minor", "currency", "spent_on", "note", "noted_at"),
        on_erase="blank",
        blanks=("note",),
        keeps="as long as the books; the note is the shop's and goes with whoever wrote it",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="cost_above_zero"),
        ]
        indexes = [models.Index(fields=["community", "-spent_on", "-id"], name="cost_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)
