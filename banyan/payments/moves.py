"""What of these tables leaves with a community."""

from banyan.core.moving import stays

stays(
    "references to a provider’s account, good on this instance only; the orders say what was paid",
    "payments.Payment", "payments.PaymentRefund", "payments.ProviderEvent",
)  # fmt: skip
