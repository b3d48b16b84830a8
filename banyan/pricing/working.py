"""What a basket costs less: discounts by themselves, and one code. Asked by orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from banyan.orders.reductions import NOTHING, LeftOut, Lowered, Reduction
from banyan.tiers import queries as tiers

from . import queries, rules, words
from .models import Coupon, Discount


def work_out(counted: Any, code: str, email: str, now: datetime) -> Lowered:
    """No statement where nothing is active and no code was entered."""
    basket = counted.basket
    if basket.deal_kind:
        return Lowered(code=code, fault=words.why(rules.NOT_WITH_DEAL)) if code else NOTHING
    shop = queries.here(counted.community)
    if not code and not shop.by_themselves:
        return NOTHING
    currency = counted.book.currency
    is_member = counted.member is not None and counted.member.is_in
    lines = [
        rules.Line(row.product.pk, row.quantity, row.total.minor) for row in counted.rows
    ]  # fmt: skip
    level = _level(counted, shop.by_themselves)
    fitting: list[rules.Rule] = []
    left_out: list[LeftOut] = []
    for rule in shop.by_themselves:
        fault = rules.fault_of(rule, lines, is_member=is_member, now=now, level=level)
        if not fault:
            fitting.append(rule)
        elif fault in (
            rules.MEMBERS,
            rules.TIER,
            rules.TOO_FEW,
            rules.TOO_LITTLE,
        ):  # the buyer can do something
            left_out.append(LeftOut(
                name=rule.name, lang=rule.lang, why=words.why(fault, rule, currency=currency)
            ))  # fmt: skip
    own, code, fault = _of_code(counted, code, email, now, lines, is_member)
    together = shop.together
    if own is not None:
        fitting.append(own)
        if shop.by_themselves:
            together = queries.together(counted.community)
    outcome = rules.best(fitting, lines, together)
    for rule, other in outcome.beside:
        why = words.not_with(other) if other else words.why(rules.NOTHING_LEFT)
        if rule is own:
            fault = why
        else:
            left_out.append(LeftOut(name=rule.name, lang=rule.lang, why=why))
    return Lowered(
        taken=tuple(
            Reduction(
                rule_id=rule.id, kind=rule.kind, name=rule.name, lang=rule.lang, parts=tuple(off)
            )
            for rule, off in outcome.taken
        ),
        left_out=tuple(left_out),
        code=code,
        fault=fault,
    )


def _level(counted: Any, some: Sequence[rules.Rule]) -> int:
    """What paid tier the buyer has; no statement unless one of these rules asks for it."""
    if not any(rule.level for rule in some) or counted.member is None or not counted.member.is_in:
        return 0
    return tiers.level_of(counted.community, counted.person)


def _of_code(
    counted: Any,
    text: str,
    email: str,
    now: datetime,
    lines: list[rules.Line],
    is_member: bool,
) -> tuple[rules.Rule | None, str, str]:
    """The rule of a code, the code as it is kept, and why it does not hold ("" when it does)."""
    if not text:
        return None, "", ""
    basket = counted.basket
    who = f"p{basket.person_id}" if basket.person_id else f"v{basket.visitor}"
    if queries.too_many_tries(who):
        return None, text, words.why(rules.TOO_MANY_TRIES)
    code = rules.code_of(text)
    discount = queries.by_code(counted.community, code) if code else None
    if discount is None:
        queries.count_try(who)
        return None, code or text, words.why(rules.UNKNOWN)
    rule = discount.rule
    fault = fault_for_buyer(discount, person=counted.person, email=email, now=now)
    level = _level(counted, [rule])
    fault = fault or rules.fault_of(rule, lines, is_member=is_member, now=now, level=level)
    if fault:
        return None, code, words.why(fault, rule, currency=counted.book.currency)
    return rule, code, ""


def fault_for_buyer(discount: Discount, *, person: Any, email: str, now: datetime) -> str:
    """Why this buyer cannot have a coupon of it, or use the one they hold; "" when they can."""
    if discount.state != rules.ACTIVE or not discount.rule.is_on(now):
        return rules.NOT_YET if now < discount.starts_at else rules.OVER
    held = queries.held(discount, person=person, email=email)
    if not any(coupon.state == rules.CLAIMED for coupon in held):
        fault = _fault_of_another(discount, held)
        if fault:
            return fault
    if discount.first_only and queries.has_ordered(discount.community, person=person, email=email):
        return rules.NOT_FIRST
    return ""


def _fault_of_another(discount: Discount, held: list[Coupon]) -> str:
    """Why somebody who holds these gets no further coupon."""
    if discount.most_each is not None and len(held) >= discount.most_each:
        states = {coupon.state for coupon in held}
        if rules.LOCKED in states:
            return rules.KEPT
        return rules.TAKEN_BACK if rules.REVOKED in states else rules.ENOUGH
    return rules.ALL_TAKEN if discount.left == 0 else ""
