"""Numbers and dates on forms."""

import datetime as dt
from decimal import Decimal

import pytest

from b2b_apps.documents.number_format import long_date, money_text, number_text, short_date


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0,00"),
        ("0.0500", "0,05"),
        ("132.4800", "132,48"),
        ("0.1234", "0,1234"),
        ("72.405", "72,405"),
        ("-0.50", "-0,50"),
        ("-1234.5", "-1 234,50"),
        ("1E+3", "1 000,00"),
        ("1234567.80", "1 234 567,80"),
    ],
)
def test_money_keeps_every_digit_it_has(amount, text):
    assert money_text(Decimal(amount)).replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("quantity", "text"), [("240.000", "240"), ("1200", "1 200"), ("0.500", "0,5"), ("1E+1", "10")]
)
def test_quantities_drop_the_zeros_that_say_nothing(quantity, text):
    assert number_text(Decimal(quantity)).replace("\u00a0", " ") == text


def test_dates_are_written_in_russian():
    date = dt.date(2026, 3, 1)

    assert long_date(date) == "1 марта 2026 г."
    assert short_date(date) == "01.03.2026"
