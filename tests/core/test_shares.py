"""Parts of a sum add up to it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b2b_apps.core.money import deferred_part, shared_out

sums = st.decimals(min_value=0, max_value=10**9, places=2)


@given(amounts=st.lists(sums, min_size=1, max_size=12), percent=st.decimals(0, 100, places=2))
def test_shares_add_up_and_none_is_more_than_its_amount(amounts, percent):
    total = sum(amounts)
    part = deferred_part(amount=total, prepaid_percent=percent)

    shares = shared_out(part=part, amounts=amounts)

    assert sum(shares) == part
    assert all(0 <= share <= amount for share, amount in zip(shares, amounts, strict=True))


@pytest.mark.parametrize(
    ("part", "amounts", "shares"),
    [
        ("700.00", ["600", "400"], ["420.00", "280.00"]),
        ("0.02", ["0.01", "0.01", "0.01"], ["0.01", "0.00", "0.01"]),
        ("0.00", ["10", "20"], ["0.00", "0.00"]),
        ("0.00", ["0", "0"], ["0", "0"]),
    ],
)
def test_shares_by_hand(part, amounts, shares):
    found = shared_out(part=Decimal(part), amounts=[Decimal(a) for a in amounts])

    assert found == [Decimal(s) for s in shares]
