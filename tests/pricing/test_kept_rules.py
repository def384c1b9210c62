"""Rules are kept as a context reads them, and never hold for longer than they are so."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from b2b_apps.pricing import kept_rules
from b2b_apps.pricing.loading import conversion_for
from b2b_apps.pricing.selectors import price_book, price_trace_for
from b2b_apps.pricing.tariff import tariff_for
from tests.pricing.making import add_rate, add_rule, amount_of

pytestmark = pytest.mark.django_db
USUAL = Decimal("132.4800")


def rules_of(context):
    tariff = tariff_for(context=context, moment=timezone.localtime())
    return kept_rules.rules_compiled(
        tariff=tariff, context=context, conversion=conversion_for(context, tariff)
    )


def test_the_same_rules_of_the_same_buyer_are_read_once(world):
    add_rule(-10)
    context = world.context("buyer")

    assert rules_of(context) is rules_of(context)


@pytest.mark.parametrize(
    "changes",
    [
        {"region_id": 99},
        {"segment_ids": frozenset({99})},
        {"counterparty_id": 99},
        {"contract_id": 99},
        {"promo_code": "MAY"},
        {"currency": "EUR"},
        {"rate_markup_percent": Decimal(3)},
        {"rate_policy": "fixed", "currency": "EUR", "fixed_rate": Decimal(90)},
    ],
)
def test_another_kind_of_buyer_has_his_own(world, changes):
    add_rule(-10)
    add_rate("EUR", 100)
    context = world.context("buyer")

    assert rules_of(context) is not rules_of(replace(context, **changes))


def test_a_changed_rule_or_rate_holds_at_the_next_price(world):
    rule = add_rule(-10)
    assert amount_of(world) == Decimal("119.2320")

    rule.value = -20
    rule.save()
    assert amount_of(world) == Decimal("105.9840")

    rule.delete()
    assert amount_of(world) == USUAL

    step = add_rule(1, action="step", currency="EUR")
    add_rate("EUR", 10)
    assert amount_of(world) == USUAL + 10
    add_rate("EUR", 20, source="hand")
    assert amount_of(world) == USUAL + 20
    step.delete()
    assert amount_of(world) == USUAL


def test_a_list_that_comes_to_be_agreed_is_spared_at_once(world):
    add_rule(-10)
    assert amount_of(world) == Decimal("119.2320")

    price_type = world.lists["dealer"]
    price_type.kind = "contract"
    price_type.save()

    assert amount_of(world) == USUAL


def test_what_a_trace_reads_of_rules_that_are_not_due_is_not_kept(world):
    context = world.context("buyer")
    breaker = world.products["breaker"].pk
    soon = timezone.now() + timedelta(milliseconds=400)
    add_rule(-10, valid_from=soon)
    price_trace_for(context=context, product_id=breaker, quantity=Decimal(1))
    before = price_book(context=context, product_ids=[breaker], with_every_rule=True)
    assert before.amount(breaker) == USUAL

    while timezone.now() < soon:
        pass

    assert price_book(context=context, product_ids=[breaker]).amount(breaker) != USUAL


def test_few_are_kept(world, monkeypatch):
    monkeypatch.setattr(kept_rules, "MOST_KEPT", 3)
    kept_rules._kept.clear()
    add_rule(-10)
    context = world.context("buyer")

    for number in range(9):
        rules_of(replace(context, region_id=number))

    assert len(kept_rules._kept) <= 3
