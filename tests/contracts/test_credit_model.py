"""Orders, credit and stock against a plain model: after every step they agree."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django_scopes import scopes_disabled
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from b2b_apps.contracts.decisions import Decided, decision_sign, decision_write
from b2b_apps.contracts.errors import CreditExceededError
from b2b_apps.contracts.models import CreditAccount
from b2b_apps.contracts.review import credit_review
from b2b_apps.contracts.selectors import credit_under
from b2b_apps.contracts.services import CreditTerms, credit_groups_follow, credit_terms_set
from b2b_apps.core.management.commands.audit_invariants import invariants
from b2b_apps.finance.services import payment_record
from b2b_apps.fulfilment.services import order_cancel, shipment_cancel, shipment_ship
from b2b_apps.inventory.errors import StockShortageError
from b2b_apps.inventory.models import StockHold
from b2b_apps.inventory.selectors import stock_for
from b2b_apps.inventory.services import (
    Reserver,
    holds_absorb,
    holds_expire,
    holds_mirror,
    reserves_let_go,
    shortages_follow,
    stock_reserve,
)
from b2b_apps.pricing.models import Price
from b2b_apps.purchasing.errors import OfferChangedError
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, basket_set_many, order_place
from tests.contracts.credit_model import (
    HALF,
    ZERO,
    Account,
    Deal,
    Decision,
    Group,
    Line,
    accepts,
    goes_by_now,
    left,
    refusal,
)
from tests.contracts.orders import account_of, reported
from tests.inventory.stock import stock

# Each good lies in one warehouse: one line is one shipment, and nobody has to choose.
GOODS = {"cable": ("rostov", Decimal(10)), "lamp": ("moscow", Decimal(7))}
SHELF = 90
SECOND_FROM = Decimal(250)
CONTRACTS = ("own", "sister")
BUYERS = {"own": "buyer", "sister": "sister"}
QUANTITIES = st.integers(0, 15)
SUMS = st.integers(0, 400).map(Decimal)
PARTS = st.integers(1, 200).map(Decimal)
WHICH = st.integers(0, 10**6)
COMPANY = st.sampled_from(CONTRACTS)
GOOD = st.sampled_from(list(GOODS))
MODES = st.sampled_from(["block", "soft", "release"])
YES_NO = st.booleans()
# How often, what, with what. Rules of their own would be switched off by whole runs at a time,
# and a run without orders proves nothing.
EVENTS = [
    (6, "place", {"key": COMPANY, "cable": st.integers(3, 15), "lamp": QUANTITIES}),
    (1, "reserve", {"key": COMPANY, "good": GOOD, "quantity": st.integers(1, 12)}),
    (1, "reserves_end", {"key": COMPANY, "is_term_over": YES_NO, "is_swept": YES_NO}),
    (3, "acknowledge", {"which": WHICH}),
    (3, "ship", {"which": WHICH, "part": st.integers(0, 1)}),
    (2, "cancel", {"which": WHICH, "part": st.integers(0, 2)}),
    (3, "pay", {"which": WHICH, "amount": PARTS, "is_told_twice": YES_NO}),
    (2, "report", {
        "key": COMPANY, "debt": st.integers(-100, 300), "is_late": YES_NO,
        "overdue": st.integers(0, 100), "days": st.integers(1, 20),
    }),
    (2, "stock_comes", {"good": GOOD, "change": st.integers(-6, 6)}),
    (1, "order_term_ends", {"which": WHICH}),
    (3, "limit", {
        "key": COMPANY, "limit": st.none() | SUMS, "mode": MODES,
        "grace": st.integers(0, 15), "is_valid": st.sampled_from([True, True, True, False]),
    }),
    (2, "shared_limit", {"limit": st.none() | SUMS, "mode": MODES}),
    (3, "decide", {"which": WHICH, "after": st.none() | PARTS}),
    (2, "sign", {"which": WHICH}),
    (3, "look_again", {}),
]  # fmt: skip
HAPPENS = st.sampled_from([event for often, *event in EVENTS for _ in range(often)]).flatmap(
    lambda event: st.tuples(st.just(event[0]), st.fixed_dictionaries(event[1]))
)


class Trade(RuleBasedStateMachine):
    """Two companies of a holding, two goods; 1C and the staff do what they do."""

    world = None

    def __init__(self):
        super().__init__()
        self.shelf = dict.fromkeys(GOODS, SHELF)
        self.sent = dict.fromkeys(GOODS, SHELF)
        self.reserved = {(key, good): 0 for key in CONTRACTS for good in GOODS}
        self.records = {good: self._only(good, place) for good, (place, _p) in GOODS.items()}
        self.rows = {key: account_of(self.world, key) for key in CONTRACTS}
        self.books = {"own": Account(Decimal(1)), "sister": Account(HALF)}
        self.shared, self.shared_row = None, None
        self.deals = []
        self.today = timezone.localdate()
        self.contexts = {key: self.world.context(BUYERS[key], key) for key in CONTRACTS}

    def _only(self, good, place):
        records = self.world.products[good].stockrecords
        records.exclude(partner=self.world.warehouses[place]).update(num_in_stock=0)
        record = records.get(partner=self.world.warehouses[place])
        Price.objects.filter(product=self.world.products[good]).update(amount=GOODS[good][1])
        return stock(record, SHELF)

    @initialize(own=SUMS, sister=SUMS)
    def limits_at_first(self, own, sister):
        self.limit("own", own, "block", 0, is_valid=True)
        self.limit("sister", sister, "soft", 0, is_valid=True)

    @rule(event=HAPPENS)
    def happens(self, event):
        name, values = event
        getattr(self, name)(**values)

    # What the model knows of stock.

    def held(self, good):
        lines = [line for deal in self.deals for line in deal.lines if line.good == good]
        reserved = sum(q for (_key, name), q in self.reserved.items() if name == good)
        return reserved + sum(line.quantity for line in lines if line.is_held)

    def free_for(self, key, good):
        return max(0, self.sent[good] - self.held(good) + self.reserved[key, good])

    # Buyers.

    def place(self, key, cable, lamp):
        wanted = {good: q for good, q in (("cable", cable), ("lamp", lamp)) if q}
        book = self.books[key]
        lines = [
            Line(good, q, GOODS[good][1] * q, GOODS[good][1] * q * book.share)
            for good, q in wanted.items()
        ]
        asked = sum((line.credit for line in lines), ZERO)
        is_short = any(q > self.free_for(key, good) for good, q in wanted.items())
        mode = refusal(book, asked, self.today)

        order = self._ordered(key, {"cable": cable, "lamp": lamp})

        assert (order is None) == (not wanted or is_short or mode == "block")
        if order is None:
            return
        deal = Deal(order.pk, book, lines, {"soft": "held", "release": "waiting"}.get(mode, ""))
        for line in lines:
            self.reserved[key, line.good] -= min(line.quantity, self.reserved[key, line.good])
        assert order.credit_state == deal.state
        assert order.total_incl_tax == sum(line.amount for line in lines)
        self.deals.append(deal)
        book.deals.append(deal)
        if not deal.state:
            assert all(
                a.limit is None or left(a, self.today) >= 0
                for a in (book, book.group)
                if a and asked
            )

    def _ordered(self, key, quantities):
        context = self.contexts[key]
        wanted = {self.world.products[g].pk: Decimal(q) for g, q in quantities.items()}
        basket_set_many(context=context, quantities=wanted)
        basket = basket_for(context)
        if basket is None or not basket.lines.exists():
            return None
        offer = offer_token(basket_sheet(context=context, basket=basket))
        try:
            return order_place(
                context=context, basket_id=basket.pk, details=OrderDetails(), offer=offer
            )
        except (OfferChangedError, CreditExceededError):
            return None

    def reserve(self, key, good, quantity):
        contract = self.world.contracts[key]
        user = self.world.people[BUYERS[key]]
        who = Reserver(contract.pk, contract.counterparty_id, user.pk, is_staff=True)
        fits = quantity <= max(0, self.sent[good] - self.held(good))
        try:
            with transaction.atomic():
                demand = {self.records[good].pk: Decimal(quantity)}
                stock_reserve(reserver=who, demand=demand, hours=24)
        except StockShortageError:
            assert not fits
        else:
            assert fits
            self.reserved[key, good] += quantity

    def reserves_end(self, key, is_term_over, is_swept):
        rows = StockHold.objects.filter(contract=self.world.contracts[key], released_at=None)
        mine = rows.exclude(kind="order")
        if is_term_over:
            mine.update(expires_at=timezone.now() - timedelta(minutes=1))
            if is_swept:
                holds_expire()
        else:
            reserves_let_go(
                contract_id=self.world.contracts[key].pk,
                hold_ids=list(mine.values_list("pk", flat=True)),
            )
        for good in GOODS:
            self.reserved[key, good] = 0

    # 1C.

    def one(self, which, deals):
        found = list(deals)
        return found[which % len(found)] if found else None

    def rows_of(self, deal):
        """Shipments of an order in the order of its lines."""
        order = apps.get_model("order", "Order").objects.get(pk=deal.pk)
        by_place = {s.warehouse_id: s for s in order.shipments.all()}
        return [by_place[self.records[line.good].partner_id] for line in deal.lines]

    def acknowledge(self, which):
        deal = self.one(which, (d for d in self.deals if d.state != "waiting"))
        if deal is not None:
            lines = apps.get_model("order", "Line").objects.filter(order_id=deal.pk)
            holds_mirror(order_line_ids=list(lines.values_list("pk", flat=True)))
            for line in deal.living:
                line.is_known = True

    def ship(self, which, part):
        deal = self.one(which, (d for d in self.deals if any(x.is_known for x in d.lines)))
        if deal is None:
            return
        place = part % len(deal.lines)
        at = timezone.now()
        self._ship(deal, deal.lines[place], self.rows_of(deal)[place], at)

    def _ship(self, deal, line, row, at):
        before = deal.debt
        is_done = shipment_ship(shipment_id=row.pk, owed_at=at)
        assert is_done == (line.state == "open")
        if is_done:
            line.state = "shipped"
            self.shelf[line.good] = max(0, self.shelf[line.good] - line.quantity)
            deal.account.changes.append((at, deal.debt - before, "shipped"))

    def cancel(self, which, part):
        deal = self.one(which, self.deals)
        if deal is None:
            return
        before = deal.debt
        if part < len(deal.lines):
            lines = [deal.lines[part]]
            shipment_cancel(shipment_id=self.rows_of(deal)[part].pk)
        else:
            lines = deal.lines
            order_cancel(order_id=deal.pk)
        for line in lines:
            if line.state == "open":
                line.state, line.is_held = "cancelled", False
        # What 1C does not date and what lowers the debt is in its last report already.
        if deal.debt != before and not deal.account.report:
            deal.account.changes.append((timezone.now(), deal.debt - before, "cancelled"))

    def pay(self, which, amount, is_told_twice):
        deal = self.one(which, self.deals)
        if deal is None:
            return
        before, at = deal.debt, timezone.now()
        number = f"П-{deal.pk}-{deal.paid}"
        for _time in range(1 + is_told_twice):
            payment_record(
                order_id=deal.pk, number_1c=number, date=at.date(), amount=amount, paid_at=at
            )
        deal.paid += amount
        deal.account.changes.append((at, deal.debt - before, "paid"))
        for other in deal.account.deals:
            if other.pending is not None:
                other.pending.paid += amount

    def report(self, key, debt, overdue, days, is_late):
        book, at = self.books[key], timezone.now()
        if is_late:
            # Made before the last movement: that one is not in it; older than the last: nothing.
            moments = [when for when, *_rest in book.changes] + [r[0] for r in [book.report] if r]
            at = max(moments, default=at) - timedelta(microseconds=1)
        overdue = min(overdue, max(debt, 0))
        reported(self.rows[key], debt, overdue=overdue, days=days, at=at)
        if not book.report or at >= book.report[0]:
            book.report = (timezone.localtime(at), Decimal(debt), Decimal(overdue), days)

    def stock_comes(self, good, change):
        """1C sends what is neither gone nor for orders that it has."""
        lines = [line for deal in self.deals for line in deal.lines if line.good == good]
        self.shelf[good] = max(0, self.shelf[good] + change)
        known = sum(line.quantity for line in lines if line.is_known and line.state == "open")
        self.sent[good] = max(0, self.shelf[good] - known)
        record = stock(self.records[good], self.sent[good])
        began = timezone.now() + timedelta(seconds=1)
        holds_absorb(stock_record_ids=[record.pk], snapshot_started_at=began)
        shortages_follow(product_ids=[record.product_id])
        for line in lines:
            line.is_held = line.is_held and not line.is_known

    def order_term_ends(self, which):
        """The stock of an order is free at the end of its term, its credit is not."""
        deal = self.one(which, self.deals)
        if deal is not None:
            rows = StockHold.objects.filter(order_line__order=deal.pk, released_at=None)
            rows.update(expires_at=timezone.now() - timedelta(minutes=1))
            holds_expire(order_id=deal.pk)
            for line in deal.lines:
                line.is_held = False

    # The staff.

    def limit(self, key, limit, mode, grace, is_valid):
        book, until = self.books[key], self.today - timedelta(days=not is_valid)
        terms = CreditTerms(limit, until, mode, grace_days=grace)
        credit_terms_set(account_id=self.rows[key].pk, terms=terms)
        book.limit, book.valid_to, book.mode, book.grace = limit, until, mode, grace

    def shared_limit(self, limit, mode):
        if self.shared_row is None:
            holding = self.world.companies["own"].holding
            self.shared_row = CreditAccount.objects.create(holding=holding, limit=1)
            ids = [company.pk for company in self.world.companies.values()]
            credit_groups_follow(counterparty_ids=ids)
            self.shared = Group(members=list(self.books.values()))
            for book in self.books.values():
                book.group = self.shared
        credit_terms_set(account_id=self.shared_row.pk, terms=CreditTerms(limit, None, mode))
        self.shared.limit, self.shared.mode = limit, mode

    def decide(self, which, after):
        deal = self.one(which, (d for d in self.deals if d.is_stopped))
        if deal is None:
            return
        verdict = "release" if after is None else "after_pay"
        decided = Decided(verdict, "Ждём объект", after, self.today + timedelta(days=1))
        total = sum(line.amount for line in deal.lines)

        decision = decision_write(
            order_id=deal.pk, decided=decided, user_id=self.world.people["manager"].pk
        )

        assert decision.needs_second == (total >= SECOND_FROM)
        deal.pending = Decision(after, needs_second=decision.needs_second)
        if after is None and not decision.needs_second:
            self._gone(deal)

    def sign(self, which):
        deal = self.one(which, filter(self.waits_for_second, self.deals))
        if deal is None:
            return
        decision_sign(order_id=deal.pk, user_id=self.world.people["editor"].pk)
        deal.pending.needs_second = False
        if deal.pending.after is None:
            self._gone(deal)

    def waits_for_second(self, deal):
        return bool(deal.is_stopped and deal.pending and deal.pending.needs_second)

    def look_again(self):
        gone = []
        for deal in self.deals:
            if deal.is_stopped and goes_by_now(deal, self.today):
                gone.append(deal.pk)
                self._gone(deal)
        assert credit_review() == gone

    def _gone(self, deal):
        deal.state, deal.pending = "released", None

    # What must be so.

    @invariant()
    def credit_agrees(self):
        rows = {a.pk: a for a in CreditAccount.objects.all()}
        pairs = [(rows[self.rows[key].pk], book) for key, book in self.books.items()]
        if self.shared is not None:
            pairs.append((rows[self.shared_row.pk], self.shared))
        for row, book in pairs:
            assert (row.held, row.debt, row.overdue) == (book.held, book.debt, book.overdue)
        for key, book in self.books.items():
            for asked in (Decimal(1), Decimal(200)):
                is_taken = not refusal(book, asked, self.today)
                assert self._verdict(key, asked / book.share) == is_taken
                assert is_taken == all(
                    accepts(a, asked, self.today) for a in (book, book.group) if a
                )

    def _verdict(self, key, amount):
        credit = credit_under(contract_id=self.world.contracts[key].pk, day=self.today)
        return not credit.verdict(amount).mode

    @invariant()
    def stock_agrees(self):
        ids = [record.product_id for record in self.records.values()]
        for key in CONTRACTS:
            found = stock_for(context=self.contexts[key], product_ids=ids)
            for good, record in self.records.items():
                balance = found[record.product_id].balances[record.partner_id]
                assert balance.free == self.free_for(key, good)

    @invariant()
    def orders_agree(self):
        states = dict(apps.get_model("order", "Order").objects.values_list("pk", "credit_state"))
        assert states == {deal.pk: deal.state for deal in self.deals}

    @invariant()
    def the_audit_is_clean(self):
        assert [text for _name, check in invariants() for text in check()] == []


def agree(world, examples=10):
    """Drive the machine; each example in a transaction that is rolled back."""

    class InItsOwnTransaction(Trade):
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
                max_examples=examples,
                stateful_step_count=25,
                deadline=None,
                # To find the smallest of failing runs would take minutes.
                phases=(Phase.generate,),
                suppress_health_check=list(HealthCheck),
            ),
        )


@pytest.fixture
def staged(world, settings):
    """Own buys with a deferral, sister pays half in advance; two signatures from 250 roubles on."""
    settings.CREDIT_SECOND_SIGNATURE_FROM = SECOND_FROM
    with scopes_disabled():
        contract = world.contracts["sister"]
        contract.payment_kind, contract.prepaid_percent = "stages", 50
        contract.save()
    return world


@pytest.mark.django_db
def test_credit_agrees_with_a_plain_model_whatever_happens(staged):
    agree(staged)

    assert apps.get_model("order", "Order")._base_manager.count() == 0
