from .commission import Commission, Offer, Payout, Promoter
from .doubts import Doubt, Trace
from .links import Attribution, Bond, Link, Terms, Touch

__all__ = [
    "Attribution", "Bond", "Commission", "Doubt", "Link", "Offer", "Payout", "Promoter", "Terms",
    "Touch", "Trace",
]  # fmt: skip
