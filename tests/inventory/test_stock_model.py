"""Holds against a plain model: after every step they agree, and the invariants hold."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django_scopes import scopes_disabled
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from b2b_apps.inventory.errors import StockShortageError
from b2b_apps.inventory.invariants import held_is_the_sum_of_holds, open_shortages_are_short
from b2b_apps.inventory.models import StockHold
from b2b_apps.inventory.selectors import stock_for
from b2b_apps.inventory.services import (
    Reserver,
    holds_absorb,
    holds_expire,
    holds_mirror,
    holds_release,
    reserves_let_go,
    shortages_follow,
    stock_hold,
    stock_reserve,
)
from tests.inventory.stock import order_of, record_of, stock, wish

COMPANIES = ("own", "stranger")
QUANTITIES = st.integers(1, 12)


class Goods(RuleBasedStateMachine):
    """One balance. 1C knows ``shelf`` and what of it is for orders it has; the portal the rest."""

    world = None

    def __init__(self):
        super().__init__()
        self.record = stock(record_of(self.world), 20)
        self.shelf, self.sent = 20, 20
        self.reserved = dict.fromkeys(COMPANIES, 0)
        # line id: (quantity, where it stands: ours, told, at 1C)
        self.orders = {}

    def held(self):
        orders = sum(q for q, place in self.orders.values() if place != "at 1C")
        return orders + sum(self.reserved.values())

    def free_for(self, company):
        return max(0, self.sent - self.held() + self.reserved[company])

    @rule(company=st.sampled_from(COMPANIES), quantity=QUANTITIES)
    def reserve(self, company, quantity):
        contract = self.world.contracts[company]
        who = Reserver(
            contract.pk, contract.counterparty_id, self.world.people["buyer"].pk, is_staff=True
        )
        fits = quantity <= max(0, self.sent - self.held())
        assert fits == self.tried(
            lambda: stock_reserve(
                reserver=who, demand={self.record.pk: Decimal(quantity)}, hours=24
            )
        )
        if fits:
            self.reserved[company] += quantity

    @rule(company=st.sampled_from(COMPANIES), quantity=QUANTITIES)
    def order(self, company, quantity):
        order = order_of(self.world, company)
        line = wish(order, self.record, quantity)
        fits = quantity <= self.free_for(company)
        assert fits == self.tried(
            lambda: stock_hold(requests=[line], contract_id=order.contract_id)
        )
        if fits:
            self.reserved[company] -= min(quantity, self.reserved[company])
            self.orders[line.order_line_id] = (quantity, "ours")

    def tried(self, work):
        try:
            with transaction.atomic():
                work()
        except StockShortageError:
            return False
        return True

    @rule(company=st.sampled_from(COMPANIES))
    def let_go(self, company):
        contract = self.world.contracts[company]
        rows = StockHold.objects.filter(contract=contract)
        reserves_let_go(contract_id=contract.pk, hold_ids=list(rows.values_list("pk", flat=True)))
        self.reserved[company] = 0

    @rule(company=st.sampled_from(COMPANIES), is_swept=st.booleans())
    def expire(self, company, is_swept):
        past = timezone.now() - timedelta(minutes=1)
        rows = StockHold.objects.filter(contract=self.world.contracts[company])
        rows.filter(released_at=None).exclude(kind="order").update(expires_at=past)
        self.reserved[company] = 0
        if is_swept:
            holds_expire()

    @rule(data=st.data())
    def acknowledge(self, data):
        if ours := [pk for pk, (_q, place) in self.orders.items() if place == "ours"]:
            line = data.draw(st.sampled_from(ours))
            holds_mirror(order_line_ids=[line])
            self.orders[line] = (self.orders[line][0], "told")

    @rule(data=st.data())
    def cancel(self, data):
        if self.orders:
            line = data.draw(st.sampled_from(list(self.orders)))
            holds_release(order_line_ids=[line])
            del self.orders[line]

    @rule(data=st.data())
    def ship(self, data):
        at_1c = [pk for pk, (_q, place) in self.orders.items() if place == "at 1C"]
        if at_1c:
            line = data.draw(st.sampled_from(at_1c))
            self.shelf -= self.orders.pop(line)[0]

    @rule(change=st.integers(-6, 6))
    def snapshot(self, change):
        """1C counts anew and sends what is neither gone nor for orders that it has."""
        self.shelf = max(0, self.shelf + change)
        known = sum(q for q, place in self.orders.values() if place != "ours")
        self.sent = max(0, self.shelf - known)
        self.orders = {
            pk: (q, "ours" if place == "ours" else "at 1C")
            for pk, (q, place) in self.orders.items()
        }
        stock(self.record, self.sent)
        began = timezone.now() + timedelta(seconds=1)
        holds_absorb(stock_record_ids=[self.record.pk], snapshot_started_at=began)
        shortages_follow(product_ids=[self.record.product_id])

    @invariant()
    def the_portal_and_the_model_agree(self):
        for company in COMPANIES:
            who = "buyer" if company == "own" else "stranger"
            found = stock_for(context=self.world.context(who), product_ids=[self.record.product_id])
            balance = found[self.record.product_id].balances[self.record.partner_id]
            assert balance.free == self.free_for(company)
        assert held_is_the_sum_of_holds() == []
        assert open_shortages_are_short() == []


@pytest.mark.django_db
def test_holds_agree_with_a_plain_model_whatever_happens(world):
    class InItsOwnTransaction(Goods):
        def __init__(self):
            self.saved = transaction.atomic()
            self.saved.__enter__()
            super().__init__()

        def teardown(self):
            transaction.set_rollback(True)
            self.saved.__exit__(None, None, None)

    InItsOwnTransaction.world = world
    with scopes_disabled():
        run_state_machine_as_test(
            InItsOwnTransaction,
            settings=settings(
                max_examples=15,
                stateful_step_count=20,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    assert apps.get_model("order", "Order")._base_manager.count() == 0
