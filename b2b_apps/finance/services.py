"""Payments as 1C books them."""

from datetime import date, datetime, time
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from b2b_apps.contracts.credit import credit_paid
from b2b_apps.contracts.locks import order_locked
from b2b_apps.finance.models import Payment


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
    for what has not shipped. Locks the order, then its credit accounts.
    """
    order_locked(order_id=order_id)
    credit_paid(
        order_id=order_id,
        number=number_1c[:64],
        amount=amount,
        at=paid_at or _morning_of(date),
        replaces=replaces[:64],
    )
    if replaces and replaces != number_1c:
        Payment.objects.filter(order_id=order_id, number_1c=replaces[:64]).delete()
    payment, is_new = Payment.objects.get_or_create(
        order_id=order_id,
        number_1c=number_1c[:64],
        defaults={"date": date, "amount": amount},
    )
    if is_new:
        return True
    if payment.amount == amount and (date is None or payment.date == date):
        return False
    payment.amount, payment.date = amount, date or payment.date
    payment.save(update_fields=["amount", "date"])
    return True


def _morning_of(day: date | None) -> datetime | None:
    """The first moment of a day: a debt that 1C reported on it has the payment already."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
