from .commission import Commission, Offer, Payout, Promoter
from .links import Attribution, Bond, Link, Terms, Touch

__all__ = [
    "Attribution", "Bond", "Commission", "Link", "Offer", "Payout", "Promoter", "Terms", "Touch",
]  # fmt: skip
