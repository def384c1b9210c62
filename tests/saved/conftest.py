"""Templates of the buyer of the cast."""

import pytest
from django_scopes import scopes_disabled

from b2b_apps.purchasing.services import basket_set_many
from b2b_apps.saved.services import Named, list_from_basket
from tests.storefront.conftest import _fresh_cache, buyer

__all__ = ["_fresh_cache", "buyer"]


@pytest.fixture(autouse=True)
def _no_scope():
    """Tests look at rows themselves; pages are asked under scopes of their own."""
    with scopes_disabled():
        yield


@pytest.fixture
def kept(world):
    """A template of the buyer: cable, lamp and breakers; his basket is empty again."""
    context = world.context()
    goods = [world.products[key].pk for key in ("cable", "lamp", "breaker")]
    basket_set_many(context=context, quantities=dict(zip(goods, (12, 4, 24), strict=True)))
    named = Named("Щит этажа", "Лазурный, корпус 2", is_shared=True)
    found = list_from_basket(context=context, named=named)
    basket_set_many(context=context, quantities=dict.fromkeys(goods, 0))
    return found
