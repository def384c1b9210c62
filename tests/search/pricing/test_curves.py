"""A curve never falls, and its inverse is exact."""

import random
from decimal import Decimal

import pytest

from b2b_apps.pricing.conversion import SAME, Factor
from b2b_apps.pricing.curves import LIMIT, Curve, least
from b2b_apps.pricing.rules import Rule, RuleTerms


def rule_of(chance):
    action = chance.choice(["percent", "percent", "step", "fixed"])
    value = Decimal(chance.randrange(-9000, 9000)) / 100
    terms = RuleTerms(
        1, "", "live", action, abs(value) if action == "fixed" else value, "RUB", [], None, None,
        chance.choice([None, None, Decimal("0.5"), Decimal(100)]),
        chance.choice([None, None, Decimal(15)]), chance.choice([None, Decimal(6)]), False, "",
    )  # fmt: skip
    return Rule(terms, None, (), SAME)


@pytest.mark.parametrize("seed", range(60))
def test_the_first_amount_of_a_price_is_the_first(seed):
    chance = random.Random(seed)
    factor = chance.choice([
        SAME, Factor(Decimal("98.7654"), Decimal(1)), Factor(Decimal(100), Decimal(122)),
        Factor(Decimal("0.01"), Decimal("91.23")),
    ])  # fmt: skip
    rules = [rule_of(chance) for _n in range(chance.choice([0, 1, 1, 3]))]
    curve = Curve(factor, SAME, rules, is_highest=chance.random() < 0.3)

    amounts = sorted(chance.randrange(10 ** chance.randrange(1, 12)) for _n in range(60))
    prices = [curve.of(amount) for amount in amounts]
    assert prices == sorted(prices)
    for value in [*chance.sample(prices, 8), 0, 1, 10**9]:
        first = curve.first(value)
        assert first == LIMIT or curve.of(first) >= value
        assert first == 0 or curve.of(min(first, 10**14) - 1) < value


@pytest.mark.parametrize("edge", [0, 1, 2, 7, 1000, LIMIT - 1])
@pytest.mark.parametrize("near", [0, 1, 6, 7, 8, 999, 10**9, LIMIT - 1, LIMIT])
def test_the_least_number_is_found_from_any_guess(edge, near):
    assert least(lambda number: number >= edge, near) == edge


def test_what_no_number_passes_is_told():
    assert least(lambda _number: False, 5) == LIMIT
