"""What a buyer is told of an order that credit has stopped, let go or refused."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from b2b_apps.contracts.models import CreditDecision, CreditEntry
from b2b_apps.contracts.review import is_stopped

ZERO = Decimal(0)
Verdict = CreditDecision.Verdict


@dataclass(frozen=True, slots=True)
class OrderStop:
    """``state``: held, waiting, released or refused. Sums are there for who may see debts.

    ``lack`` and ``overdue`` are as they were when the order was placed; ``payment_sum`` until
    ``payment_until`` is what lets it go, by the manager's word.
    """

    state: str
    lack: Decimal = ZERO
    overdue: Decimal = ZERO
    payment_sum: Decimal | None = None
    payment_until: date | None = None
    reason: str = ""
    at: datetime | None = None


def order_stop(*, order: Any, sees_prices: bool, sees_debts: bool) -> OrderStop | None:
    """Return what to tell, None of an order that credit never stopped. No query, or two.

    Sums, and the manager's own words, which may name some, are for who sees prices.
    """
    if not order.credit_state:
        return None
    decision = CreditDecision.objects.filter(order=order).order_by("-pk").first()
    if not is_stopped(order):
        return _past(order, decision, sees_prices=sees_prices)
    entry = CreditEntry.objects.filter(order=order, kind=CreditEntry.Kind.STOP).first()
    reasons = entry.details.get("reasons", []) if entry and sees_debts else []
    waits = decision if decision and decision.verdict == Verdict.AFTER_PAYMENT else None
    is_word = sees_prices and waits is not None and not waits.needs_signature
    return OrderStop(
        order.credit_state,
        lack=_largest(reasons, "lack"),
        overdue=_largest(reasons, "overdue"),
        payment_sum=waits.payment_sum if waits and is_word else None,
        payment_until=waits.payment_until if waits and is_word else None,
    )


def _past(order: Any, decision: CreditDecision | None, *, sees_prices: bool) -> OrderStop | None:
    if order.credit_state == "released":
        entry = CreditEntry.objects.filter(order=order, kind=CreditEntry.Kind.RELEASE).first()
        return OrderStop("released", at=entry.booked_at if entry else None)
    if order.status == "cancelled" and decision and decision.verdict == Verdict.REFUSE:
        reason = decision.reason if sees_prices else ""
        return OrderStop("refused", reason=reason, at=decision.decided_at)
    return None


def _largest(reasons: list[dict[str, Any]], name: str) -> Decimal:
    """The largest sum of a kind; a holding's is nobody else's business."""
    own = [Decimal(reason[name] or 0) for reason in reasons if not reason["shared"]]
    return max(own, default=ZERO)
