"""Many amounts at once become what each becomes alone."""

import random
from decimal import Decimal

import numpy as np
import pytest

from b2b_apps.pricing.conversion import SAME, Factor
from b2b_apps.pricing.curves import SCALE, Curve
from b2b_apps.pricing.many import amounts_after, factored
from b2b_apps.pricing.rules import amount_after_all, links_of
from tests.search.pricing.test_curves import rule_of

VATS = [SAME, Factor(Decimal(100), Decimal(122)), Factor(Decimal(110), Decimal(100))]
FACTORS = [
    SAME, Factor(Decimal("98.7654"), Decimal(1)), Factor(Decimal(100), Decimal(122)),
    Factor(Decimal("0.01"), Decimal("91.23")),
    Factor(Decimal("91.23456789") * Decimal("1.035"), Decimal("98.76543210")),
]  # fmt: skip


@pytest.mark.parametrize("seed", range(200))
def test_many_amounts_become_what_each_becomes(seed):
    chance = random.Random(seed)
    factor, vat = chance.choice(FACTORS), chance.choice(VATS)
    rules = [rule_of(chance) for _n in range(chance.choice([0, 1, 1, 3]))]
    largest = chance.choice([4, 8, 14])
    raw = [chance.randrange(10 ** chance.randrange(1, largest)) for _n in range(200)]
    raw += [0, 1, 2, 3, 4, 5, 10**4, 5 * 10**3]

    amounts = factored(np.array(raw, np.int64), factor)
    for rule in rules:
        amounts = amounts_after(rule, amounts, vat=vat)

    curve = Curve(factor, vat, rules)
    assert amounts.tolist() == [curve.of(amount) for amount in raw]
    assert amounts.dtype == np.int64


@pytest.mark.parametrize("seed", range(100))
def test_purchase_prices_stop_many_amounts_where_they_stop_each(seed):
    chance = random.Random(seed)
    vat = chance.choice(VATS)
    rules = [rule_of(chance) for _n in range(chance.choice([1, 2, 3]))]
    before = [chance.randrange(10 ** chance.randrange(1, 10)) for _n in range(200)]
    costs = [int(amount * chance.choice([0, 0, 0.3, 0.8, 0.95, 1.2])) for amount in before]

    amounts = np.array(before, np.int64)
    for rule in rules:
        amounts = amounts_after(rule, amounts, vat=vat, costs=np.array(costs, np.int64))

    for amount, cost, after in zip(before, costs, amounts.tolist(), strict=True):
        expected = Decimal(amount) / SCALE
        for rule in rules:
            floor = Decimal(cost) / SCALE if cost else None
            expected = rule.applied(expected, vat=vat, cost=floor).amount
        assert after == expected * SCALE
        links = links_of(rules, vat)
        assert amount_after_all(links, Decimal(amount) / SCALE, vat=vat, cost=floor) == expected


def test_no_amounts_become_none():
    none = np.array([], np.int64)
    rule = rule_of(random.Random(1))

    assert not len(amounts_after(rule, factored(none, FACTORS[1]), vat=SAME))
