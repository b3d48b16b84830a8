from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from banyan.core.slots import fills

from . import queries, rules


@fills("ledger.money.alarms", order=10)
def refunds_that_did_not_go_through(request: Any, *, community: Any) -> str:
    """What buyers wait for, with a second try where the provider has refused."""
    waiting = list(queries.stuck_refunds(community)[:20])
    if not waiting:
        return ""
    return render_to_string(
        "payments/stuck_refunds.html",
        {
            "refunds": waiting,
            "failed": rules.FAILED,
            "community": community,
            "may_refund": request.member.may("orders.refund"),
        },
        request=request,
    )


@fills("studio.today", order=10)
def a_buyer_waits_for_money(request: Any, *, community: Any) -> str:
    """The first thing on the operator's page while a refund is stuck."""
    if not request.member.may("money.see"):
        return ""
    waiting = list(queries.stuck_refunds(community)[:20])
    if not waiting:
        return ""
    return render_to_string(
        "payments/need_refunds.html",
        {"refunds": waiting, "oldest": waiting[0], "community": community},
        request=request,
    )
