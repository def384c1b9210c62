"""The tables of docs/algorithms/pricing.md hold."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from b2b_apps.core.money import line_amount, round_unit_price
from b2b_apps.pricing.conversion import SAME, Conversion, DayRate, fixed_rate_of, vat_factor
from b2b_apps.pricing.models import Price, PriceList
from b2b_apps.pricing.prices import Tier, tier_at
from b2b_apps.pricing.rules import Rule, RuleTerms
from b2b_apps.pricing.selectors import price_book, prices_for
from tests.pricing.tables import table
from tests.storefront.goods import add_parent

KINDS = ("project", "contract", "price type", "regional", "fallback")
CHAIN = table(*KINDS)
BEGINNING = table("latest project", "project before")
QUANTITIES = table("rows", "quantity", "price")
CURRENCIES = table("price", "list", "contract", "fixed")
VAT = table("list price", "list includes VAT", "contract")
RULES = table("price", "action", "value")
DAY = date(2026, 11, 24)


def number(text):
    return None if text in {"—", "·"} else Decimal(text)


def test_the_document_has_its_tables():
    tables = (CHAIN, BEGINNING, QUANTITIES, CURRENCIES, VAT, RULES)
    assert [len(rows) for rows in tables] == [
        15,
        16,
        15,
        12,
        6,
        17,
    ]


@pytest.fixture
def child(world):
    """A characteristic with a product, without any price."""
    parent = add_parent(world, ["белый"])
    product = parent.children.get()
    Price.objects.filter(product__in=[parent, product]).delete()
    return product


def make_list(kind, cell, base, world, product):
    """Make the list of a cell; a cell is a price or a per cent of the base, and a word."""
    amount, _space, word = cell.partition(" ")
    today = timezone.localdate()
    made = PriceList.objects.create(
        kind=kind.replace("price type", "price_type"),
        name=kind,
        region=world.regions["rostov"] if kind == "regional" else None,
        is_active=word != "off",
        is_cost=word == "cost",
        currency="EUR" if word == "EUR" else "RUB",
        valid_from=today + timedelta(days=1) if word == "early" else None,
        valid_to=today - timedelta(days=1) if word == "late" else None,
    )
    if amount.startswith("-"):
        PriceList.objects.filter(pk=made.pk).update(base=base, base_percent=Decimal(amount))
    elif amount != "·":
        owner = product.parent if word == "p" else product
        Price.objects.create(price_list=made, product=owner, amount=Decimal(amount))
    return made


@pytest.mark.parametrize("row", CHAIN, ids=" ".join)
def test_the_chain(world, child, row):
    base = None
    lists = {}
    for kind, cell in reversed(list(zip(KINDS, row, strict=False))):
        lists[kind] = base = make_list(kind, cell, base, world, child)
    context = replace(
        world.context(),
        price_list_ids=tuple(lists[kind].pk for kind in KINDS[:3]),
    )

    price = prices_for(context=context, product_ids=[child.pk]).get(child.pk)

    found = [f"{price.amount:.4f}", price.price_list_name] if price else ["—", "—"]
    assert found == row[5:]


BEGINNING_KINDS = {
    "latest project": "project",
    "project before": "project",
    "contract": "contract",
    "price type": "price_type",
}


@pytest.mark.parametrize("row", BEGINNING, ids=" ".join)
def test_prices_of_a_project_that_begin_at_a_quantity(world, child, row):
    lists = []
    for (name, kind), cell in zip(BEGINNING_KINDS.items(), row, strict=False):
        lists.append(PriceList.objects.create(kind=kind, name=name))
        for text in cell.split(", ") if cell != "·" else ():
            minimum, amount = map(Decimal, text.split(": "))
            Price.objects.create(
                price_list=lists[-1], product=child, minimum_quantity=minimum, amount=amount
            )
    context = replace(world.context(), price_list_ids=tuple(made.pk for made in lists))
    quantity, expected = Decimal(row[4]), row[5:]

    book = price_book(context=context, product_ids=[child.pk])

    price = book.price(child.pk)
    settled = book.settle(book.loaded.goods[child.pk], quantity=quantity)
    if quantity < price.from_quantity:
        assert expected == ["—", "—"]
    else:
        found = [f"{price.unit_price_at(quantity):f}", settled.column.terms.name]
        assert [Decimal(found[0]), found[1]] == [Decimal(expected[0]), expected[1]]
        assert price.steps_at(quantity)[-1].price == price.unit_price_at(quantity)


@pytest.mark.parametrize("row", QUANTITIES, ids=" ".join)
def test_quantity_and_packs(row):
    rows, quantity, expected = row
    tiers = []
    for text in rows.split(", "):
        condition, amount = text.split(": ")
        minimum, _slash, pack = condition.partition("/")
        tiers.append(Tier(Decimal(minimum), Decimal(amount), Decimal(pack or 0)))
    tiers.sort(key=lambda tier: (tier.pack_factor, tier.minimum_quantity), reverse=True)

    found = tiers[tier_at(tiers, Decimal(quantity))]

    assert found.amount == Decimal(expected)


@pytest.mark.parametrize("row", CURRENCIES, ids=" ".join)
def test_currencies(world, row):
    price, list_currency, currency, fixed, markup, expected = row
    rates = {
        "EUR": DayRate(Decimal("100.5"), DAY, "bank"),
        "USD": DayRate(Decimal(90), DAY, "bank"),
    }
    context = replace(
        world.context(),
        currency=currency,
        price_list_ids=(1,),
        rate_policy="bank" if fixed == "—" else "fixed",
        fixed_rate=number(fixed),
    )
    conversion = Conversion(
        currency=currency,
        day=DAY,
        rates=rates,
        markup_percent=Decimal(markup),
        fixed=fixed_rate_of(context=context, currencies={1: list_currency}),
    )

    factor = conversion.factor_from(list_currency)

    found = None if factor is None else round_unit_price(factor.of(Decimal(price)))
    assert found == number(expected)


@pytest.mark.parametrize("row", VAT, ids=" ".join)
def test_vat(row):
    price, includes, mode, expected, sums = row
    percent = Decimal(22)
    factor = vat_factor(includes_vat=includes == "yes", vat_mode=mode, vat_percent=percent)

    unit = round_unit_price(factor.of(Decimal(price)))

    assert f"{unit}" == expected
    line = line_amount(price=unit, quantity=Decimal(12), vat_percent=percent, vat_mode=mode)
    assert f"{line.excl_tax} / {line.vat} / {line.incl_tax}" == sums


def rule_terms(**changes):
    terms = RuleTerms(
        pk=1, name="", state="live", action="percent", value=Decimal(0), currency="RUB",
        conditions=[], valid_from=None, valid_to=None, round_to=None, max_change=None,
        floor_percent=None, is_final=False, promo_code="",
    )  # fmt: skip
    return terms._replace(**changes)


@pytest.mark.parametrize("row", RULES, ids=" ".join)
def test_rules(row):
    price, action, value, round_to, cap, cost, floor, expected, stopped = row
    terms = rule_terms(
        action=action, value=Decimal(value), round_to=number(round_to), max_change=number(cap),
        floor_percent=number(floor),
    )  # fmt: skip

    found = Rule(terms, None, (), SAME).applied(Decimal(price), vat=SAME, cost=number(cost))

    assert (f"{found.amount:.4f}", found.limit or "—") == (expected, stopped)
