"""What purchasing locks: the basket row, before anything else of it is read."""

from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction

from b2b_apps.core.context import TradeContext

OPEN = "Open"


def open_basket_locked(*, context: TradeContext, may_create: bool) -> Any | None:
    """Return the person's open basket under the current contract, locked till the transaction ends.

    Two first writes at once meet at the unique constraint: the loser takes the winner's basket.
    One query, two more for a new basket.
    """
    baskets = apps.get_model("basket", "Basket").objects
    key = {"owner_id": context.user_id, "contract_id": context.contract_id, "status": OPEN}
    while True:
        basket = baskets.select_for_update(of=("self",)).filter(**key).first()
        if basket is not None or not may_create:
            return basket
        try:
            with transaction.atomic():
                return baskets.create(**key)
        except IntegrityError:
            continue


def open_baskets_locked(*, context_from: TradeContext, context_to: TradeContext) -> None:
    """Lock the person's open baskets under two contracts; the second is made if there is none.

    Always in the order of contracts, so that two moves in opposite directions queue up. Two
    queries, two more for a new basket.
    """
    contexts = [(context_from, False), (context_to, True)]
    for context, may_create in sorted(contexts, key=lambda pair: pair[0].contract_id):
        open_basket_locked(context=context, may_create=may_create)


def basket_locked(*, basket_id: int, user_id: int) -> Any | None:
    """Return a basket of this person in whatever status, locked. One query."""
    baskets = apps.get_model("basket", "Basket").objects
    return baskets.select_for_update(of=("self",)).filter(pk=basket_id, owner_id=user_id).first()
