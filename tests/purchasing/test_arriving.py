"""Ordering what is short now and on its way: the line, the plan, the order, and who was quicker."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.core.days import next_working_day
from b2b_apps.fulfilment.splitting import Policy
from b2b_apps.inventory.invariants import INVARIANTS
from b2b_apps.inventory.models import AwaitedHold, ExpectedReceipt, StockHold, StockPolicy
from b2b_apps.inventory.services import AwaitRequest, stock_promise
from b2b_apps.purchasing.choices import SplitChoice
from b2b_apps.purchasing.errors import OfferChangedError
from b2b_apps.purchasing.plan import first_day, plan_of, usual_choice
from b2b_apps.purchasing.selectors import basket_sheet
from tests.inventory.stock import line_of, order_of, record_of
from tests.purchasing.test_split import filled, place, stock

D = Decimal


@pytest.fixture
def coming(world):
    """Twelve breakers in Rostov, 36 more in nine days; none in Moscow."""
    stock(world, "breaker", rostov=12, moscow=0)
    return receipt(world, 36, in_days(9))


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


def receipt(world, quantity, day, warehouse="rostov"):
    return ExpectedReceipt.objects.create(
        product=world.products["breaker"],
        warehouse=world.warehouses[warehouse],
        day=day,
        quantity=quantity,
    )


def promised_to_another(world, quantity, day):
    with scopes_disabled():
        record = record_of(world, "breaker")
        line = line_of(order_of(world, "stranger"), record, quantity)
        stock_promise(requests=[AwaitRequest(record.pk, line.pk, D(quantity), day)])


def kinds(sheet):
    return [problem.kind for line in sheet.lines for problem in line.problems]


def parts(plan):
    """Shipments as (day, awaits, quantity)."""
    return [(s.day, s.awaits, int(sum(s.quantities.values()))) for s in plan.shipments]


def test_a_line_that_is_short_now_and_arrives_says_so_and_can_be_ordered(world, coming):
    _context, _basket, sheet = filled(world, breaker=36)
    [line] = sheet.lines

    assert kinds(sheet) == []
    assert (line.here, line.awaited, line.awaits) == (12, 24, coming.day)
    assert sheet.total_incl_tax > 0


@pytest.mark.parametrize(("quantity", "problems"), [(48, []), (60, ["shortage"])])
def test_more_than_comes_is_short(world, coming, quantity, problems):
    _context, _basket, sheet = filled(world, breaker=quantity)

    assert kinds(sheet) == problems
    assert sheet.is_awaiting == (not problems)


def test_what_is_promised_to_others_can_not_be_ordered(world, coming):
    promised_to_another(world, 24, coming.day)

    _context, _basket, sheet = filled(world, breaker=36)

    assert kinds(sheet) == ["shortage"]


def test_a_rule_of_what_is_seen_says_who_may_order_to_arrive(world, coming):
    context, basket, _sheet = filled(world, breaker=36)
    StockPolicy.objects.create(orders_arriving=False)

    context = world.context()

    assert context.orders_arriving is False
    assert kinds(basket_sheet(context=context, basket=basket)) == ["shortage"]


def test_where_figures_are_hidden_nobody_is_told_by_days(world, coming):
    context, basket, _sheet = filled(world, breaker=36)

    sheet = basket_sheet(context=replace(context, stock_precision="words"), basket=basket)

    assert kinds(sheet) == ["shortage"]


def test_only_what_comes_to_the_chosen_warehouse_counts(world, coming):
    context, basket, _sheet = filled(world, breaker=36)
    for code, problems in (("moscow", ["shortage"]), ("rostov", [])):
        basket.lines.update(from_warehouse=world.warehouses[code])
        assert kinds(basket_sheet(context=context, basket=basket)) == problems


def test_what_is_here_goes_now_and_the_rest_when_it_comes(world, coming):
    _context, _basket, sheet = filled(world, breaker=36, cable=100)
    then = next_working_day(coming.day)

    assert usual_choice(sheet).policy is Policy.NOW_AND_LATER
    assert parts(plan_of(sheet)) == [(first_day(), None, 112), (then, coming.day, 24)]
    fewest = plan_of(sheet, choice=SplitChoice(Policy.FEWEST))
    assert parts(fewest) == [(then, coming.day, 136)]


def test_lines_that_are_here_know_of_no_receipts(world, coming):
    _context, _basket, sheet = filled(world, breaker=12)

    assert not sheet.is_awaiting
    assert sheet.lines[0].stock.receipts == ()
    assert parts(plan_of(sheet)) == [(first_day(), None, 12)]


def test_an_order_holds_what_is_here_and_is_promised_the_rest(world, coming):
    context, basket, sheet = filled(world, breaker=36)

    order = place(context, basket, sheet)

    with scopes_disabled():
        now, later = order.shipments.order_by("sequence")
        held, awaited = StockHold.objects.get(), AwaitedHold.objects.get()
        assert (now.ready_on, later.ready_on) == (None, coming.day)
        assert later.planned_date == next_working_day(coming.day)
        assert (held.quantity, held.order_line.shipment_id) == (12, now.pk)
        assert (awaited.quantity, awaited.day) == (24, coming.day)
        assert awaited.order_line.shipment_id == later.pk
        assert order.total_incl_tax == sheet.total_incl_tax
        assert [text for check in INVARIANTS for text in check()] == []


def test_a_receipt_that_others_took_meanwhile_is_told_line_by_line(world, coming):
    context, basket, sheet = filled(world, breaker=36)
    promised_to_another(world, 20, coming.day)
    num = AwaitedHold.objects.count()

    with pytest.raises(OfferChangedError) as refused:
        place(context, basket, sheet)

    [difference] = refused.value.differences
    assert (difference.kind, difference.now) == ("shortage", 12)
    assert AwaitedHold.objects.count() == num
    assert StockHold.objects.count() == 0


def test_a_receipt_that_was_moved_meanwhile_is_another_plan(world, coming):
    context, basket, sheet = filled(world, breaker=36)
    ExpectedReceipt.objects.update(day=in_days(20))

    with pytest.raises(OfferChangedError) as refused:
        place(context, basket, sheet)

    assert [difference.kind for difference in refused.value.differences] == ["warehouse"]
    again = basket_sheet(context=context, basket=basket)
    assert parts(plan_of(again))[-1][1] == in_days(20)
    assert place(context, basket, again).number


def test_who_was_quicker_at_the_lock_is_told_too(world, coming, monkeypatch):
    context, basket, sheet = filled(world, breaker=36)
    gates = "b2b_apps.purchasing.services.orders.gates_pass"
    monkeypatch.setattr(gates, lambda *args: promised_to_another(world, 20, coming.day))

    with pytest.raises(OfferChangedError) as refused:
        place(context, basket, sheet)

    # What the other one took was rolled back with us: it is there again.
    assert [difference.kind for difference in refused.value.differences] == ["shortage"]
    assert AwaitedHold.objects.count() == 0
