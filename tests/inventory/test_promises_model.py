"""Promises against a plain model: after every step they agree, and the invariants hold.

One balance, three days on which something comes. The model is a list of promises in the order of
their coming and what 1C has said last; what can be had is reckoned by trying.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from django_scopes import scopes_disabled
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from b2b_apps.inventory.errors import StockShortageError
from b2b_apps.inventory.invariants import INVARIANTS
from b2b_apps.inventory.locks import product_stock_locked
from b2b_apps.inventory.models import AwaitedHold, ExpectedReceipt, StockHold
from b2b_apps.inventory.selectors import stock_for
from b2b_apps.inventory.services import (
    AwaitRequest,
    HoldRequest,
    holds_release,
    promises_follow,
    shortages_follow,
    stock_hold,
)
from tests.inventory.stock import line_of, order_of, record_of, stock

DAYS = (3, 6, 9)
QUANTITIES = st.integers(1, 12)
COMING = st.tuples(*(st.sampled_from((0, 4, 9, 15)) for _day in DAYS)).map(
    lambda much: {day: quantity for day, quantity in zip(DAYS, much, strict=True) if quantity}
)


def at(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


class Goods(RuleBasedStateMachine):
    """``held`` by line are what the stock holds, ``waiting`` [quantity, day, arrived, short]."""

    world = None

    def __init__(self):
        super().__init__()
        self.record = stock(record_of(self.world), 5)
        self.on_hand = 5
        self.held, self.waiting = {}, {}
        self.snapshot(0, {3: 9, 9: 4})

    def allocated(self):
        return sum(self.held.values()) + sum(w[2] for w in self.waiting.values())

    def can_be_had(self, day, without=None):
        """The most that can be promised by a day, beside all that is promised."""
        lacking = max(0, self.allocated() - self.on_hand)
        return max(
            0,
            min(
                sum(q for d, q in self.coming.items() if d <= later)
                - sum(w[0] - w[2] - w[3] for w in self.waiting.values() if w[1] <= later)
                - lacking
                for later in range(day, 20)
            ),
        )

    @rule(here=st.integers(0, 8), later=st.integers(0, 12), day=st.sampled_from(DAYS))
    def order(self, here, later, day):
        order = order_of(self.world)
        lines = {name: line_of(order, self.record, q).pk
                 for name, q in (("here", here), ("later", later)) if q}  # fmt: skip
        requests = [HoldRequest(self.record.pk, lines["here"], Decimal(here))] if here else []
        awaited = (
            [AwaitRequest(self.record.pk, lines["later"], Decimal(later), at(day))] if later else []
        )
        fits = (not here or here <= self.on_hand - self.allocated()) and (
            not later or later <= self.can_be_had(day)
        )
        try:
            with transaction.atomic():
                stock_hold(requests=requests, awaited=awaited, contract_id=order.contract_id)
        except StockShortageError:
            assert not fits
            return
        assert fits
        if here:
            self.held[lines["here"]] = here
        if later:
            self.waiting[lines["later"]] = [later, day, 0, 0]

    @rule(data=st.data())
    def cancel(self, data):
        if lines := sorted({*self.held, *self.waiting}):
            line = data.draw(st.sampled_from(lines))
            holds_release(order_line_ids=[line])
            self.held.pop(line, None)
            if self.waiting.pop(line, None):
                self.settle(0)

    @rule(change=st.integers(-6, 12), coming=COMING)
    def sends(self, change, coming):
        self.snapshot(change, coming)

    def snapshot(self, change, coming):
        """1C sends its stock and what is on its way."""
        was, self.on_hand = self.on_hand, max(0, self.on_hand + change)
        self.coming = coming
        before = product_stock_locked(product_ids=[self.record.product_id])
        stock(self.record, self.on_hand)
        ExpectedReceipt.objects.filter(product=self.record.product).delete()
        for day, quantity in coming.items():
            ExpectedReceipt.objects.create(
                product=self.record.product,
                warehouse=self.record.partner,
                day=at(day),
                quantity=quantity,
            )
        promises_follow(product_ids=[self.record.product_id], before=before)
        shortages_follow(product_ids=[self.record.product_id])
        self.settle(max(0, self.on_hand - was))

    def settle(self, risen):
        """Who came first first: all of them stand aside, and come back one by one."""
        queue, self.waiting = self.waiting, {}
        stood = dict(queue)
        for line, (quantity, promised, arrived, _short) in queue.items():
            day = promised
            del stood[line]
            arrived_of_others = sum(w[2] for w in stood.values())
            free = max(0, self.on_hand - self.allocated() - arrived - arrived_of_others)
            lacking = max(0, self.allocated() + arrived + arrived_of_others - self.on_hand)
            rest = quantity - arrived
            comes = min(rest, free, risen)
            had = {d: self.had(d, lacking) for d in sorted(self.coming)}
            in_time = max((much for d, much in had.items() if d <= day), default=0)
            comes += min(max(0, rest - comes - in_time), free - comes)
            risen, rest = max(0, risen - comes), rest - comes
            most = max(had.values(), default=0)
            if rest and most and had.get(day, 0) < rest:
                day = min(d for d, much in had.items() if much >= min(rest, most))
            short = rest - min(rest, had.get(day, 0))
            if rest:
                self.waiting[line] = [quantity, day, arrived + comes, short]
            else:
                self.held[line] = quantity

    def had(self, day, lacking):
        return max(
            0,
            min(
                sum(q for d, q in self.coming.items() if d <= later)
                - sum(w[0] - w[2] - w[3] for w in self.waiting.values() if w[1] <= later)
                - lacking
                for later in range(day, 20)
            ),
        )

    @invariant()
    def the_portal_and_the_model_agree(self):
        found = stock_for(
            context=self.world.context(),
            product_ids=[self.record.product_id],
            with_receipts=True,
        )[self.record.product_id]
        assert found.free_at(self.record.partner_id) == max(0, self.on_hand - self.allocated())
        for day in DAYS:
            left = sum(r.quantity for r in found.receipts if r.day <= at(day))
            assert left == self.can_be_had(day)
        rows = AwaitedHold.objects.filter(ended_at=None)
        assert {
            h.order_line_id: [h.quantity, (h.day - at(0)).days, h.arrived, h.short] for h in rows
        } == self.waiting
        active = StockHold.objects.filter(released_at=None)
        assert dict(active.values_list("order_line_id", "quantity")) == self.held
        assert [text for check in INVARIANTS for text in check()] == []


@pytest.mark.django_db
def test_promises_agree_with_a_plain_model_whatever_happens(world):
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
                max_examples=25,
                stateful_step_count=12,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
