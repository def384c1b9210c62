"""Prices as people type them."""

from decimal import Decimal, InvalidOperation

import pytest

from b2b_apps.pricing.typed import MOST_MONEY, price_typed


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("1 234,5", "1234.5"),
        ("1\u00a0234.5000", "1234.5"),
        ("0", "0"),
        ("999999999,9999", "999999999.9999"),
    ],
)
def test_a_price_is_read_as_people_type_it(text, price):
    assert price_typed(text) == Decimal(price)


@pytest.mark.parametrize(
    "text", ["", ".", "-1", "1e3", "1,2,3", "٣", "NaN", "12345678901", "1,23456", "10 ₽"]
)
def test_what_no_list_can_hold_is_refused(text):
    with pytest.raises(InvalidOperation):
        price_typed(text, below=MOST_MONEY)
