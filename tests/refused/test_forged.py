"""A price, a sum or a right that a form brings along is nobody's: ours are asked."""

from decimal import Decimal

import pytest
from django.apps import apps

from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.purchasing.services.quick import quick_basket
from tests.refused.entries import ENTRIES
from tests.refused.submits import SUBMITS

pytestmark = pytest.mark.django_db
FORGED = {
    "price": "0.01", "unit_price": "0.01", "price_excl_tax": "0.01", "price_incl_tax": "0.01",
    "amount": "0.01", "sum": "0.01", "total": "0.01", "total_incl_tax": "0.01", "discount": "99",
    "vat": "0", "vat_percent": "0", "currency": "USD", "price_type": "1", "is_approved": "1",
    "status": "paid", "credit_state": "", "user": "1", "owner": "1", "counterparty": "1",
}  # fmt: skip
PRICE = Decimal("62.14")
WRITES = (
    "catalogue", "line", "shared_line", "table", "table_of_goods", "list_in_basket", "pasted",
    "row", "file", "template_taken", "kits", "one_step",
)  # fmt: skip


@pytest.fixture
def forging(shop):
    """The buyer adds to each form what he would like."""
    shop.forged.update(FORGED)
    yield shop
    shop.forged.clear()


@pytest.mark.parametrize("name", WRITES)
def test_a_line_has_the_price_of_its_contract(forging, name):
    ENTRIES[name](forging, "2")

    context = forging.world.context()
    basket = quick_basket(context=context) if name == "one_step" else basket_for(context)
    line = basket.lines.get(product=forging.lamp)
    assert (line.price_incl_tax, line.price_currency) == (PRICE, "RUB")
    assert basket.owner == forging.world.people["buyer"]


@pytest.mark.parametrize(("name", "number"), [("checkout", 4), ("one_step", 5), ("approve", 10)])
def test_an_order_comes_to_what_its_contract_says(forging, name, number):
    press = SUBMITS[name](forging)

    press()

    order = apps.get_model("order", "Order").objects.exclude(pk=forging.order.pk).get()
    assert (order.total_incl_tax, order.currency, order.status) == (PRICE * number, "RUB", "placed")
    assert order.user == forging.world.people["buyer"]
    assert order.counterparty == forging.world.companies["own"]
