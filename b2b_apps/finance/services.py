"""Payments as 1C books them."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from b2b_apps.finance.models import Payment


@transaction.atomic
def payment_record(
    *, order_id: int, number_1c: str, date: date | None, amount: Decimal, replaces: str = ""
) -> bool:
    """Note a payment of an order; return whether anything changed.

    The number is the payment's name in 1C: the same number again corrects date and sum.
    ``replaces`` is the number of a provisional payment that this one makes certain.
    """
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
