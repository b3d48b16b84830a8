from __future__ import annotations

from banyan.orders import reductions

from . import working
from .actions import coupons

reductions.register(
    reductions.Source(
        work_out=working.work_out, hold=coupons.hold, accept=coupons.accept, paid=coupons.paid,
        given_up=coupons.given_up,
    )
)  # fmt: skip
