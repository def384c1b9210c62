"""The demo's rules of stock: a prepaid order keeps its stock for 72 hours."""

from pathlib import Path

from django.core.management import call_command

from b2b_apps.inventory.models import HoldTerm, StockPolicy

FILE = Path(__file__).parents[2] / "fixtures" / "stock.json"


def test_rules_are_imported_and_again_change_nothing(world):
    for _time in range(2):
        call_command("stock_rules_import", str(FILE))

    placed = HoldTerm.objects.get(order_status="placed")
    assert (placed.payment_kind, placed.hours) == ("prepayment", 72)
    assert StockPolicy.objects.count() == 2
    assert world.context("accountant").stock_precision == "presence"
    assert world.context("buyer").stock_precision == "exact"
