"""Sharing a basket with the colleagues who buy for the same company."""

from django.db import transaction

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.contracts.choice import basket_choose
from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.errors import BasketMissingError
from b2b_apps.purchasing.locks import open_basket_locked
from b2b_apps.purchasing.selectors import shared_baskets


@transaction.atomic
def basket_share(*, context: TradeContext, is_shared: bool) -> None:
    """Share the person's own open basket under the current contract, or keep it to himself again.

    Locks the basket. Raises PermissionMissingError, BasketMissingError in a colleague's basket.
    """
    context.require(PLACE_ORDERS)
    if context.basket_owner_id is not None:
        raise BasketMissingError
    basket = open_basket_locked(context=context, may_create=is_shared)
    if basket is not None and basket.is_shared != is_shared:
        type(basket).objects.filter(pk=basket.pk).update(is_shared=is_shared)


def basket_open(*, context: TradeContext, basket_id: int | None) -> None:
    """Work in a basket that a colleague shares under the current contract, or (None) in one's own.

    Raises PermissionMissingError, BasketMissingError if none such is shared. Two queries.
    """
    context.require(PLACE_ORDERS)
    owner_id = None
    if basket_id is not None:
        found = shared_baskets(context).filter(pk=basket_id).first()
        if found is None:
            raise BasketMissingError
        owner_id = found.owner_id
    basket_choose(user_id=context.user_id, contract_id=context.contract_id, owner_id=owner_id)
