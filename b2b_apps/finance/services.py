"""Payments as 1C books them."""

from datetime import date, datetime, time
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from b2b_apps.contracts.credit import credit_paid
from b2b_apps.contracts.locks import order_locked
from b2b_apps.finance.models import Payment
from b2b_apps.inventory.services import order_holds_term
from b2b_apps.notifications.kinds import Kind
from b2b_apps.notifications.services import order_notify


@transaction.atomic
def payment_record(  # noqa: PLR0913 - what 1C says of a payment
    *,
    order_id: int,
    number_1c: str,
    date: date | None,
    amount: Decimal,
    replaces: str = "",
    paid_at: datetime | None = None,
) -> bool:
    """Note a payment of an order; return whether anything changed.

    The number is the payment's name in 1C: the same number again corrects date and sum.
    ``replaces`` is the number of a provisional payment that this one makes certain. ``paid_at``
    is the moment, if 1C says more than the day. It lowers the order's debt, or the credit held
    for what has not shipped; once the order is paid it keeps its stock without a term. Locks the
    order, its stock if that changes, then its credit accounts.
    """
    order_locked(order_id=order_id)
    is_changed = _written(order_id, number_1c, date, amount, replaces)
    if is_changed:
        order_holds_term(order_id=order_id)
        # What makes a provisional payment certain is no other payment.
        if amount > 0 and not replaces:
            key = f"{Kind.PAID}:{number_1c[:64]}"
            order_notify(order_id=order_id, kind=Kind.PAID, key=key, amount=amount)
    credit_paid(
        order_id=order_id,
        number=number_1c[:64],
        amount=amount,
        at=paid_at or _morning_of(date),
        replaces=replaces[:64],
    )
    return is_changed


def _written(
    order_id: int, number_1c: str, day: date | None, amount: Decimal, replaces: str
) -> bool:
    """Write the payment's row in place of what it replaces; return whether anything changed."""
    if replaces and replaces != number_1c:
        Payment.objects.filter(order_id=order_id, number_1c=replaces[:64]).delete()
    payment, is_new = Payment.objects.get_or_create(
        order_id=order_id,
        number_1c=number_1c[:64],
        defaults={"date": day, "amount": amount},
    )
    if is_new:
        return True
    if payment.amount == amount and (day is None or payment.date == day):
        return False
    payment.amount, payment.date = amount, day or payment.date
    payment.save(update_fields=["amount", "date"])
    return True


def _morning_of(day: date | None) -> datetime | None:
    """The first moment of a day: a debt that 1C reported on it has the payment already."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
