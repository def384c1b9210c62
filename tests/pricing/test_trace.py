"""The trace: what was applied and what was not, each with its reason, up to the page's price."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from b2b_apps.pricing.models import Price, PriceList, PriceRule
from b2b_apps.pricing.selectors import price_trace_for, prices_for
from tests.pricing.making import add_list, add_rate, add_rule


def trace_of(world, product="cable", quantity=1, contract="own", **changes):
    context = replace(world.context("buyer", contract), **changes)
    return price_trace_for(
        context=context, product_id=world.products[product].pk, quantity=Decimal(quantity)
    )


def lists_of(trace):
    return [(e.price_list.name, e.reason) for e in trace.entries if e.kind == "list"]


def rules_of(trace):
    return [(e.rule.name, e.reason, e.limit) for e in trace.entries if e.kind == "rule"]


def test_the_lists_of_the_chain_say_what_they_gave(world):
    add_list(world.products["cable"], 60, name="Ростов", kind="regional",
             region=world.regions["rostov"])  # fmt: skip
    add_list(name="Москва", kind="regional", region=world.regions["moscow"])

    trace = trace_of(world)

    assert lists_of(trace) == [("Договор 142/24", ""), ("Дилерская", "stronger"),
                               ("Ростов", "stronger")]  # fmt: skip
    assert trace.unit_price == Decimal("70.1234")


TODAY, DAY = timezone.localdate, timedelta(days=1)


@pytest.mark.parametrize(
    ("of_list", "of_rows", "reason"),
    [
        ({"is_active": False}, {}, "off"),
        ({"valid_from": 1}, {}, "not_yet"),
        ({"valid_to": -1}, {}, "over"),
        ({"currency": "CNY"}, {}, "no_rate"),
        ({"is_cost": True}, {}, "cost"),
        ({}, {"valid_from": 1}, "row_not_yet"),
        ({}, {"valid_to": -1}, "row_over"),
        ({}, None, "no_row"),
    ],
)
def test_a_list_that_gives_nothing_says_why(world, of_list, of_rows, reason):
    def dated(changes):
        return {k: TODAY() + v * DAY if k.startswith("valid") else v for k, v in changes.items()}

    if of_list:
        PriceList.objects.filter(pk=world.lists["own"].pk).update(**dated(of_list))
    rows = Price.objects.filter(price_list=world.lists["own"])
    if of_rows is None:
        rows.delete()
    elif of_rows:
        rows.update(**dated(of_rows))

    trace = trace_of(world)

    assert lists_of(trace) == [("Договор 142/24", reason), ("Дилерская", "")]


def test_a_rule_that_does_not_work_says_why(world):
    now = timezone.now()
    add_rule(-1, name="early", valid_from=now + DAY)
    add_rule(-1, name="late", valid_to=now - DAY)
    add_rule(-1, name="code", promo_code="X")
    add_rule(-1, name="region", conditions=[("region", 987654321)])
    add_rule(-1, name="brand", conditions=[("brand", "EKF")])
    add_rule(1, name="yuan", action="step", currency="CNY")
    add_rule(-10, name="agreed")
    add_rule(-10, name="works", is_final=True, with_agreed=True)
    add_rule(-1, name="after", with_agreed=True)
    add_rule(-1, name="draft", state="draft")

    trace = trace_of(world)

    assert rules_of(trace) == [
        ("early", "not_yet", ""),
        ("late", "over", ""),
        ("code", "promo_code", ""),
        ("region", "condition", ""),
        ("brand", "condition", ""),
        ("yuan", "no_rate", ""),
        ("agreed", "agreed", ""),
        ("works", "", ""),
        ("after", "after_final", ""),
    ]
    unmet = {e.rule.name: e.refusal.condition.kind for e in trace.entries
             if e.reason == "condition"}  # fmt: skip
    assert unmet == {"region": "region", "brand": "brand"}


def test_a_cap_and_a_floor_are_marked(world):
    add_list(world.products["lamp"], 55, name="Закупка", is_cost=True)
    add_rule(-50, name="cap", max_change=2)
    add_rule(-50, name="floor", floor_percent=6)

    trace = trace_of(world, "lamp")

    assert rules_of(trace) == [("cap", "", "cap"), ("floor", "", "floor")]
    assert trace.unit_price == Decimal("58.3000")
    assert trace.cost == Decimal("55.0000")


def test_rates_and_bases_are_named(world):
    base = add_list(world.products["lamp"], 1, name="Евро", currency="EUR")
    dealer = world.lists["dealer"]
    Price.objects.filter(price_list=dealer, product=world.products["lamp"]).delete()
    PriceList.objects.filter(pk=dealer.pk).update(base=base, base_percent=-10)
    add_rate("EUR", 100, days_ago=11)

    (entry,) = [e for e in trace_of(world, "lamp").entries if e.is_applied]

    assert (entry.price_list.name, entry.source.name) == ("Дилерская", "Евро")
    assert [(r.currency, r.rate.source, r.is_stale) for r in entry.rates] == [("EUR", "bank", True)]
    assert entry.price == Decimal("90.0000")


@pytest.mark.parametrize(("days_ago", "is_stale"), [(0, False), (10, False), (11, True)])
def test_an_old_rate_is_used_and_said_to_be_stale(world, days_ago, is_stale):
    PriceList.objects.filter(pk=world.lists["dealer"].pk).update(currency="EUR")
    add_rate("EUR", 2, days_ago=days_ago)

    entry = next(e for e in trace_of(world, "lamp").entries if e.is_applied)

    assert entry.price == Decimal("124.2800")
    assert entry.rates[0].is_stale == is_stale


def test_by_hand_beats_the_bank_of_the_same_day_and_a_later_day_beats_both(world):
    PriceList.objects.filter(pk=world.lists["dealer"].pk).update(currency="EUR")
    seen = []
    for days_ago, rate, source in [(3, 1, "hand"), (2, 2, "bank"), (2, 3, "hand"), (1, 4, "bank"),
                                   (-1, 5, "hand")]:  # fmt: skip
        add_rate("EUR", rate, days_ago=days_ago, source=source)
        seen.append(trace_of(world, "lamp").unit_price / Decimal("62.14"))

    assert seen == [1, 2, 3, 4, 4]


def test_the_tier_that_holds_is_an_entry(world):
    world.lists["dealer"].prices.create(
        product=world.products["lamp"], minimum_quantity=100, amount=50
    )

    trace = trace_of(world, "lamp", quantity=100)

    (entry,) = [e for e in trace.entries if e.kind == "quantity"]
    assert (entry.price, entry.change) == (Decimal("50.0000"), Decimal("-12.1400"))


@pytest.mark.parametrize("action", ["on_request", "unavailable"])
def test_without_a_price_the_trace_says_what_took_it(world, action):
    add_rule(name="stop", action=action, with_agreed=True)

    trace = trace_of(world)

    assert (trace.price, trace.availability, trace.steps) == (None, action, ())
    assert [e.availability for e in trace.entries if e.kind == "rule"] == [action]


def test_the_buyers_steps_tell_of_no_purchase_price_and_of_no_others(world):
    add_list(world.products["lamp"], 55, name="Закупка", is_cost=True)
    add_rule(-50, name="Скидка", floor_percent=6)
    add_rule(-50, name="Чужая", conditions=[("contract", world.contracts["stranger"].pk)])

    told = repr([(s.kind, s.price_list and s.price_list.name, s.rule and s.rule.name)
                 for s in trace_of(world, "lamp").steps])  # fmt: skip

    assert "Скидка" in told
    assert "Закупка" not in told
    assert "Чужая" not in told


def test_who_may_not_see_prices_gets_no_trace_and_nobody_one_of_nothing(world):
    pk = world.products["cable"].pk

    assert price_trace_for(
        context=world.context("clerk"), product_id=pk, quantity=Decimal(1)
    ) is None  # fmt: skip
    assert price_trace_for(
        context=world.context(), product_id=987654321, quantity=Decimal(1)
    ) is None  # fmt: skip


def test_a_trace_takes_as_many_queries_with_many_rules(world, django_assert_max_num_queries):
    for number in range(30):
        add_rule(-1, name=str(number), conditions=[("category", 1)] if number % 2 else [])
    context, pk = world.context(), world.products["cable"].pk

    with django_assert_max_num_queries(5):
        price_trace_for(context=context, product_id=pk, quantity=Decimal(1))


def test_another_day_has_its_own_prices(world):
    lamp, dealer = world.products["lamp"], world.lists["dealer"]
    dealer.prices.create(product=lamp, amount=99, valid_from=TODAY() + 5 * DAY)
    PriceRule.objects.create(
        name="later", state="live", value=10, valid_from=timezone.now() + 7 * DAY
    )

    def on(days):
        day = TODAY() + days * DAY
        found = price_trace_for(
            context=world.context(), product_id=lamp.pk, quantity=Decimal(1), day=day
        )
        again = prices_for(context=world.context(), product_ids=[lamp.pk], day=day)
        assert found.unit_price == again[lamp.pk].amount
        return found.unit_price

    assert [on(0), on(5), on(9)] == [Decimal("62.1400"), Decimal(99), Decimal("108.9")]
