"""Whatever the lists, rates and rules: trace, steps, book and prices_for tell one and the same."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from b2b_apps.pricing.models import CurrencyRate, Price, PriceList, PriceRule
from b2b_apps.pricing.selectors import price_book, price_trace_for, prices_for
from tests.pricing.making import add_rate

amounts = st.decimals(min_value=0, max_value=5000, places=4)
percents = st.decimals(min_value=-100, max_value=100, places=3)
currencies = st.sampled_from(["RUB", "RUB", "EUR", "CNY"])
rows = st.lists(
    st.tuples(st.sampled_from([0, 0, 10, 100]), st.sampled_from([0, 0, 5, 50]), amounts),
    max_size=3,
    unique_by=lambda row: row[:2],
)
lists = st.lists(
    st.fixed_dictionaries(
        {
            "rows": rows,
            "currency": currencies,
            "includes_vat": st.booleans(),
            "base_percent": percents,
            "has_base": st.booleans(),
            "is_active": st.sampled_from([True, True, True, False]),
            "is_cost": st.sampled_from([False, False, False, True]),
        }
    ),
    min_size=1,
    max_size=4,
)
rules = st.lists(
    st.fixed_dictionaries({
        "action": st.sampled_from(["percent", "percent", "step", "fixed", "on_request"]),
        "value": percents,
        "currency": currencies,
        "round_to": st.sampled_from([None, Decimal("0.01"), Decimal("0.5"), Decimal(10)]),
        "max_change": st.none() | st.decimals(min_value=0, max_value=50, places=2),
        "floor_percent": st.none() | percents,
        "is_final": st.sampled_from([False, False, True]),
        "conditions": st.sampled_from([
            [], [{"kind": "brand", "values": ["IEK"]}],
            [{"kind": "brand", "is_not": True, "values": ["IEK"]}],
        ]),
    }),
    max_size=4,
)  # fmt: skip
contracts = st.fixed_dictionaries({
    "currency": st.sampled_from(["RUB", "RUB", "EUR"]),
    "vat_mode": st.sampled_from(["included", "on_top", "none"]),
    "rate_markup_percent": st.sampled_from([Decimal(0), Decimal("2.5")]),
})  # fmt: skip
quantities = st.sampled_from(["0.001", "1", "5", "10", "50", "75", "100", "150", "1000"])


def build(world, made):
    """Put the lists into a chain and a cost list beside it; return the ids of the chain."""
    product = world.products["lamp"]
    for model in (Price, PriceRule, CurrencyRate):
        model.objects.all().delete()
    add_rate("EUR", "97.1234")
    base, chain = None, []
    for number, values in enumerate(made):
        plain = {k: v for k, v in values.items() if k not in {"rows", "has_base"}}
        base = PriceList.objects.create(
            name=f"list {number}", base=base if values["has_base"] else None, **plain
        )
        for minimum, pack, amount in values["rows"]:
            Price.objects.create(
                price_list=base, product=product, minimum_quantity=minimum, pack_factor=pack,
                amount=amount,
            )  # fmt: skip
        chain.append(base.pk)
    return tuple(reversed(chain))


@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=lists, ruled=rules, terms=contracts, quantity=quantities)
def test_trace_steps_book_and_page_agree(world, made, ruled, terms, quantity):
    chain = build(world, made)
    for priority, values in enumerate(ruled):
        value = abs(values["value"]) if values["action"] == "fixed" else values["value"]
        PriceRule.objects.create(
            name=str(priority), state="live", priority=priority, **{**values, "value": value}
        )
    pk, number = world.products["lamp"].pk, Decimal(quantity)
    context = replace(world.context(), price_list_ids=chain, **terms)

    trace = price_trace_for(context=context, product_id=pk, quantity=number)
    page = prices_for(context=context, product_ids=[pk]).get(pk)
    book = price_book(context=context, product_ids=[pk])

    assert trace.unit_price == (page.unit_price_at(number) if page else None)
    assert trace.availability == book.availability(pk)
    assert book.amount(pk) == (page.amount if page else None)
    if page:
        assert page.unit_price_at(number) >= 0
        assert sum(step.amount for step in trace.steps) == trace.unit_price
        assert sum(step.amount for step in page.steps_at(None)) == page.amount
        applied = [e.price for e in trace.entries if e.is_applied and e.price is not None]
        assert applied[-1] == trace.unit_price
