"""Deciding on orders that credit stops: contracts keep the books, shipments are cancelled here."""

from django.apps import apps
from django.db import transaction
from django_scopes import scopes_disabled

from b2b_apps.contracts.credit import WAITING
from b2b_apps.contracts.decisions import Decided, decision_write
from b2b_apps.contracts.models import CreditDecision
from b2b_apps.contracts.review import tell_1c
from b2b_apps.fulfilment.services import order_cancel


@transaction.atomic
def credit_decide(*, order_id: int, decided: Decided, user_id: int) -> CreditDecision:
    """Write a manager's decision and do what follows from it.

    A release goes at once, after its payment, or when a second person has signed; a refusal
    cancels the order, frees stock and credit, and tells 1C if it knows the order. Locks as
    ``contracts.locks`` says, from the order on. Raises DecisionError; then nothing has changed.
    """
    with scopes_disabled():
        decision = decision_write(order_id=order_id, decided=decided, user_id=user_id)
        if decided.verdict == CreditDecision.Verdict.REFUSE:
            _cancel(order_id)
    return decision


def _cancel(order_id: int) -> None:
    order = apps.get_model("order", "Order").objects.get(pk=order_id)
    order_cancel(order_id=order_id)
    if order.credit_state != WAITING:
        tell_1c(order_id=order_id, why="cancelled")
