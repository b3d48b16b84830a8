from __future__ import annotations

from banyan.core.events import on
from banyan.orders import reductions
from banyan.tiers.events import TierChanged

from . import queries, working
from .actions import coupons

reductions.register(
    reductions.Source(
        work_out=working.work_out, hold=coupons.hold, accept=coupons.accept, paid=coupons.paid,
        given_up=coupons.given_up,
    )
)  # fmt: skip


@on(TierChanged)
def look_at_the_tiers_anew(event: TierChanged) -> None:
    queries.forget(event.community_id or 0)
