"""Orders that credit stops: released by a person, or by themselves once they fit."""

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.ledger import (
    CLOSED,
    STOPPED,
    Cause,
    Ledger,
    ledger_of,
    move,
    stopped_orders,
)
from b2b_apps.contracts.locks import order_locked
from b2b_apps.contracts.models import CreditAccount, CreditDecision, CreditEntry, CreditHold
from b2b_apps.contracts.positions import ZERO
from b2b_apps.contracts.standing import Standing, standing_of
from b2b_apps.core.outbox import outbox_put

Verdict = CreditDecision.Verdict


def credit_review(*, account_ids: Collection[int] | None = None) -> list[int]:
    """Release the stopped orders that fit by now, in order of placing; return their ids.

    Each in a transaction of its own. ``account_ids`` narrows it to accounts (or groups) that have
    more room now.
    """
    with scopes_disabled():
        ids = list(stopped_orders(account_ids=account_ids).values_list("pk", flat=True))
        return [pk for pk in ids if _reconsider(pk)]


@transaction.atomic
def _reconsider(order_id: int) -> bool:
    order = order_locked(order_id=order_id)
    if order is None or not is_stopped(order):
        return False
    decision = decision_pending(order_id=order_id)
    if decision is not None:
        _weigh_again(order, decision)
    if decision is not None and is_paid(decision):
        return _release(order, ledger_of(order_id=order_id), decision=decision)
    ledger = ledger_of(order_id=order_id)
    if ledger is None or not _fits(order, ledger):
        return False
    return _release(order, ledger)


def _weigh_again(order: Any, decision: CreditDecision) -> None:
    """Ask for the second signature if 1C has made the order so large since it was decided."""
    if not decision.needs_second and needs_two(order):
        decision.needs_second = True
        decision.save(update_fields=["needs_second"])


@transaction.atomic
def credit_release(*, order_id: int, decision: CreditDecision) -> bool:
    """Let a stopped order go because somebody signed for it, beyond the limit if need be.

    Locks the order, then its accounts. Returns whether it was stopped.
    """
    with scopes_disabled():
        order = order_locked(order_id=order_id)
        if order is None or not is_stopped(order):
            return False
        return _release(order, ledger_of(order_id=order_id), decision=decision)


def is_stopped(order: Any) -> bool:
    return order.credit_state in STOPPED and order.status not in CLOSED


def needs_two(order: Any) -> bool:
    """Whether a release of this order takes two signatures."""
    return bool(
        order.currency != "RUB" or order.total_incl_tax >= settings.CREDIT_SECOND_SIGNATURE_FROM
    )


def _fits(order: Any, ledger: Ledger) -> bool:
    """Whether the order would be accepted today.

    Those that hold already stand in the queue in order of placing: what was placed after an
    order does not count against it.
    """
    asked = ledger.position.asked
    if asked <= 0:
        return True
    for account in ledger.accounts:
        standing = standing_of(account, day=timezone.localdate())
        spare = ZERO if ledger.hold.waits else asked + _later(order, account)
        if not _accepts(standing, asked, spare):
            return False
    return True


def _accepts(standing: Standing, asked: Decimal, spare: Decimal) -> bool:
    if not standing.is_watched:
        return True
    is_open = not standing.is_expired and not standing.stops_on_overdue
    return is_open and standing.left + spare >= asked


def _later(order: Any, account: CreditAccount) -> Decimal:
    """What stopped orders placed after this one hold on the account. One query."""
    is_after = Q(order__date_placed__gt=order.date_placed) | Q(
        order__date_placed=order.date_placed, order_id__gt=order.pk
    )
    under = Q(account=account) | Q(account__group=account)
    rows = CreditHold.objects.filter(is_after, under, order__credit_state="held")
    total = rows.exclude(order__status__in=CLOSED).aggregate(total=Sum("amount"))["total"]
    return total or ZERO


def _release(order: Any, ledger: Ledger | None, *, decision: CreditDecision | None = None) -> bool:
    """Mark the order, take what it asks where it waited, and have 1C told."""
    was_told = order.credit_state == "held"
    if ledger is not None:
        position = ledger.position
        cause = Cause(
            CreditEntry.Kind.RELEASE,
            f"release:{order.pk}",
            position.asked,
            user_id=decision.author_id if decision else None,
            note=decision.reason if decision else "",
        )
        move(ledger, replace(position, waits=False), cause)
    if decision is not None:
        decision.took_effect_at = timezone.now()
        decision.save(update_fields=["took_effect_at"])
    order.credit_state = "released"
    order.save(update_fields=["credit_state"])
    tell_1c(order_id=order.pk, why="released" if was_told else "")
    return True


def tell_1c(*, order_id: int, why: str = "") -> None:
    """Have an order sent to 1C; ``why`` it is sent again, or nothing for the first time."""
    key = f"order_to_1c:{order_id}:{why}" if why else f"order_to_1c:{order_id}"
    outbox_put(topic="order_to_1c", key=key, payload={"order_id": order_id})


def decision_pending(*, order_id: int) -> CreditDecision | None:
    """Return the last decision on an order if it has not taken effect yet. One query."""
    last = CreditDecision.objects.filter(order_id=order_id).order_by("-pk").first()
    return last if last is not None and last.took_effect_at is None else None


def is_paid(decision: CreditDecision) -> bool:
    """Whether a release waited for a payment that has come, and nothing else. One query.

    Payments that 1C booked on the contract's orders after the decision count, dated until its day.
    """
    if decision.verdict != Verdict.AFTER_PAYMENT or decision.needs_signature:
        return False
    return paid_since(decision) >= (decision.payment_sum or ZERO)


def paid_since(decision: CreditDecision) -> Decimal:
    """Return what came in on the contract of a decision's order since. One query."""
    accounts = CreditHold.objects.filter(order_id=decision.order_id).values("account_id")
    rows = CreditEntry.objects.filter(
        account_id__in=accounts,
        kind=CreditEntry.Kind.PAYMENT,
        booked_at__gt=decision.decided_at,
    )
    if decision.payment_until:
        rows = rows.filter(at__date__lte=decision.payment_until)
    total: Decimal | None = rows.aggregate(total=Sum("amount"))["total"]
    return total or ZERO
