"""What of these tables leaves with a community."""

from banyan.core.moving import book, stays

MONEY = "money does not move between instances: for your records, not brought in elsewhere"

book("ledger.Entry", "id", "at", "kind", "key", "memo", "reverses", of="book__community",
     because=MONEY)  # fmt: skip
book(
    "ledger.Leg", "entry", "position", "account__code", "commodity", "minor", "order", "line",
    of="entry__book__community", because=MONEY,
)  # fmt: skip
stays("balances follow from the entries", "ledger.Account")
stays("a seal over this instance’s whole ledger", "ledger.Seal")
stays("noted in the entries, which go", "ledger.Cost")
