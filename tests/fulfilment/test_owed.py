"""The table of docs/algorithms/amending.md: what an order comes to when 1C cancels or closes."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django_scopes import scopes_disabled

from b2b_apps.fulfilment.models import Shipment
from b2b_apps.fulfilment.owed import order_sums_follow
from tests.purchasing.test_split import filled, place, stock

D = Decimal
STATES = {
    "planned": ("planned", 0),
    "cancelled": ("cancelled", 0),
    "24 have left": ("partly", 24),
    "24 have left, the rest is closed": ("shipped", 24),
}


def table():
    text = (Path(settings.BASE_DIR) / "docs/algorithms/amending.md").read_text(encoding="utf-8")
    rows = text.split("## What 1C cancels or closes")[1].split("|---|---|---|\n")[1]
    lines = [line for line in rows.split("\n\n")[0].splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]


@pytest.fixture
def order(world):
    """36 breakers for 100.00 from Rostov, cable for 50.00 from Moscow, VAT of 22 % in it."""
    stock(world, "breaker", rostov=500, moscow=0)
    stock(world, "cable", rostov=0, moscow=500)
    context, basket, sheet = filled(world, breaker=36, cable=100)
    with scopes_disabled():
        order = place(context, basket, sheet)
        lines = order.lines.order_by("position")
        for line, incl_tax, vat in zip(lines, ("100", "50"), ("18.03", "9.02"), strict=True):
            line.line_price_incl_tax, line.vat_amount = D(incl_tax), D(vat)
            line.line_price_excl_tax = D(incl_tax) - D(vat)
            line.save()
        yield order


@pytest.mark.parametrize(("breakers", "cable", "comes_to"), table(), ids=str)
def test_an_order_comes_to_what_goes_on_or_has_left(order, breakers, cable, comes_to):
    for line, state in zip(order.lines.order_by("position"), (breakers, cable), strict=True):
        status, shipped = STATES[state]
        Shipment.objects.filter(pk=line.shipment_id).update(status=status)
        apps.get_model("order", "Line").objects.filter(pk=line.pk).update(quantity_shipped=shipped)

    order_sums_follow(order_id=order.pk)

    order.refresh_from_db()
    assert order.total_incl_tax == D(comes_to)
    assert order.total_excl_tax + order.vat_amount == order.total_incl_tax


def test_the_table_is_read():
    assert len(table()) == 6
