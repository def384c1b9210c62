"""Payments that 1C only says there are: «paid», without a number. Real ones take their place.

An order from several warehouses is several documents of 1C, and each may be flagged on its own.
"""

from decimal import Decimal

from django.apps import apps
from django.db import transaction
from django.db.models import Sum

from b2b_apps.finance.models import Payment
from b2b_apps.finance.services import payment_record

PREFIX = "— "


def provisional_number(document_number: str) -> str:
    """Return the number under which such a payment of a document of 1C is noted."""
    return f"{PREFIX}{document_number}"[:64]


def unpaid_without(*, order_id: int, number_1c: str) -> Decimal:
    """Return what of an order is not paid but for the payment of this number. Two queries."""
    others = Payment.objects.filter(order_id=order_id).exclude(number_1c=number_1c)
    return _total(order_id) - (others.aggregate(sum=Sum("amount"))["sum"] or Decimal(0))


@transaction.atomic
def payments_provisional_trim(*, order_id: int) -> bool:
    """Lower provisional payments to what real ones leave unpaid; return whether any changed.

    The oldest keep their sum, one that nothing is left for goes. One query where there are none.
    Locks as payment_record does.
    """
    payments = Payment.objects.filter(order_id=order_id)
    claims = list(payments.filter(number_1c__startswith=PREFIX).order_by("pk"))
    if not claims:
        return False
    real = payments.exclude(pk__in=[claim.pk for claim in claims]).aggregate(sum=Sum("amount"))
    room = max(Decimal(0), _total(order_id) - (real["sum"] or Decimal(0)))
    is_changed = False
    for claim in claims:
        left = min(claim.amount, room)
        room -= left
        if left != claim.amount:
            is_changed = True
            payment_record(
                order_id=order_id, number_1c=claim.number_1c, date=claim.date, amount=left
            )
        if not left:
            payments.filter(pk=claim.pk).delete()
    return is_changed


def _total(order_id: int) -> Decimal:
    orders = apps.get_model("order", "Order").objects
    total: Decimal = orders.values_list("total_incl_tax", flat=True).get(pk=order_id)
    return total
