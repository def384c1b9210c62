"""What a manager decides of an order that credit stops. Never edited: a new one comes after it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.errors import DecisionError
from b2b_apps.contracts.locks import order_locked
from b2b_apps.contracts.models import CreditDecision
from b2b_apps.contracts.review import credit_release, decision_pending, is_stopped, needs_two

Verdict = CreditDecision.Verdict


@dataclass(frozen=True, slots=True)
class Decided:
    """What was filled in. A sum and a day go with a release after a payment."""

    verdict: str
    reason: str
    payment_sum: Decimal | None = None
    payment_until: date | None = None


@transaction.atomic
def decision_write(*, order_id: int, decided: Decided, user_id: int) -> CreditDecision:
    """Write a decision; a release that needs no second signature lets the order go at once.

    From ``CREDIT_SECOND_SIGNATURE_FROM`` roubles on (and in any other currency, which nobody
    converts here) a release waits for a second person. A refusal is written only: what is
    cancelled is the caller's. Locks the order. Raises DecisionError.
    """
    with scopes_disabled():
        order = order_locked(order_id=order_id)
        _check(order, decided)
        is_release = decided.verdict != Verdict.REFUSE
        decision: CreditDecision = CreditDecision.objects.create(
            order_id=order_id,
            verdict=decided.verdict,
            reason=decided.reason.strip()[:500],
            payment_sum=decided.payment_sum if is_after_payment(decided) else None,
            payment_until=decided.payment_until if is_after_payment(decided) else None,
            author_id=user_id,
            needs_second=is_release and needs_two(order),
            took_effect_at=None if is_release else timezone.now(),
        )
        if decided.verdict == Verdict.RELEASE and not decision.needs_second:
            credit_release(order_id=order_id, decision=decision)
        return decision


@transaction.atomic
def decision_sign(*, order_id: int, user_id: int, decision_id: int | None = None) -> CreditDecision:
    """Sign the last decision on an order as the second person; a release then takes effect.

    ``decision_id`` is the one that the person has seen: another that came after it is not signed
    unseen. Locks the order. Raises DecisionError: nothing to sign, the author himself, changed.
    """
    with scopes_disabled():
        order = order_locked(order_id=order_id)
        decision = decision_pending(order_id=order_id)
        if order is None or not is_stopped(order) or decision is None:
            raise DecisionError("not_pending")
        if not decision.needs_signature:
            raise DecisionError("not_pending")
        if decision.author_id == user_id:
            raise DecisionError("same_person")
        if decision_id is not None and decision.pk != decision_id:
            raise DecisionError("changed")
        decision.second_id, decision.second_at = user_id, timezone.now()
        decision.save(update_fields=["second", "second_at"])
        if decision.verdict == Verdict.RELEASE:
            credit_release(order_id=order_id, decision=decision)
        return decision


def is_after_payment(decided: Decided) -> bool:
    return decided.verdict == Verdict.AFTER_PAYMENT


def _check(order: Any, decided: Decided) -> None:
    if order is None or not is_stopped(order):
        raise DecisionError("not_stopped")
    if not decided.reason.strip():
        raise DecisionError("no_reason")
    if not is_after_payment(decided):
        return
    if not decided.payment_sum or decided.payment_sum <= 0 or decided.payment_until is None:
        raise DecisionError("no_payment")
    if decided.payment_until < timezone.localdate():
        raise DecisionError("past")
