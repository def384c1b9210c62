"""Numbers and dates of CommerceML: what 1C writes is read exactly, everything else refused."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b2b_apps.sync1c.commerceml.errors import BadValueError
from b2b_apps.sync1c.commerceml.numbers import (
    date_of,
    moment_of,
    number_if_any,
    number_of,
    number_or_none,
    whole_of,
)

GOOD = {
    "0": "0",
    "1719": "1719",
    "-3": "-3",
    "1.5": "1.5",
    "1,5": "1.5",
    "1 234,50": "1234.50",
    "1\u00a0234\u00a0567,89": "1234567.89",
    "12\u202f345": "12345",
    "-999 999 999,9": "-999999999.9",
    ".5": "0.5",
    "5.": "5",
    " 7 ": "7",
    "231.7400": "231.7400",
}
BAD = [
    "", " ", "-", ".", ",", "NaN", "sNaN", "Infinity", "-Infinity", "inf", "1e5", "1E5",
    "1e999999", "1_000", "0x10", "１２３", "٣", "1,234.56", "1.234,56", "1 23", "12 34 567",
    "1  234", "+1", "--1", "1-", "1 руб", "6 990 руб", "1/2", "½", "1'234", "9" * 33,
    "1\n2", "1\0", "−5", "true",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), GOOD.items())
def test_numbers_as_1c_writes_them_are_read(text, expected):
    assert str(number_of(text, "Цена")) == str(Decimal(expected))


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_number_is_refused_with_its_field_and_text(text):
    with pytest.raises(BadValueError) as caught:
        number_of(text, "Цена")

    assert caught.value.code == "bad_number"
    assert caught.value.params == {"field": "Цена", "value": text.strip()[:60]}


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**15), max_value=10**15
    )
)
def test_every_plain_decimal_is_read_exactly_with_a_point_or_a_comma(number):
    text = f"{number:f}"

    assert number_of(text, "x") == number
    assert number_of(text.replace(".", ","), "x") == number


@given(st.integers(min_value=-(10**15), max_value=10**15), st.sampled_from(" \u00a0\u2009\u202f"))
def test_groups_of_three_digits_may_be_parted_by_any_blank(number, space):
    assert number_of(f"{number:,}".replace(",", space), "x") == number


@given(st.text(max_size=40))
def test_any_text_is_a_finite_number_or_a_bad_value(text):
    number = None

    with contextlib.suppress(BadValueError):
        number = number_of(text, "x")

    if number is not None:
        assert number.is_finite()
        assert set(text.strip()) <= set("-0123456789., \u00a0\u2009\u202f")


def test_an_empty_text_is_no_number_where_one_may_be_missing():
    assert number_or_none("  ", "x") is None
    assert whole_of("", "x") == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1 016,5", "1016.5"), ("", None), ("чёрный", None), ("1e5", None), ("-999 999 999,9", None)],
)
def test_a_value_of_a_property_is_a_number_or_it_is_not(text, expected):
    assert number_if_any(text) == (Decimal(expected) if expected else None)


@pytest.mark.parametrize("text", ["1.5", "99999999999", "-5", "x"])
def test_days_are_whole_and_of_a_sane_size(text):
    with pytest.raises(BadValueError):
        whole_of(text, "ДнейОтсрочки")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-02", "2026-03-02"),
        ("2026-3-2", "2026-03-02"),
        ("2026-03-02T10:15:00", "2026-03-02"),
        ("02.03.2026 10:15:00", "2026-03-02"),
        ("0001-01-01T00:00:00", ""),
        ("", ""),
    ],
)
def test_dates_are_read_in_all_of_1cs_forms(text, expected):
    assert date_of(text, "Дата") == expected


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "30.02.2026", "вчера", "20260302", "0000-01-01", "2026-12-311", "31.12.20261"],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(BadValueError) as caught:
        date_of(text, "Дата")

    assert caught.value.code == "bad_date"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2008-03-28", "2008-03-28"),
        ("2026-03-02T0:36:33", "2026-03-02T00:36:33"),
        ("2022-10-31UTC02:25:50", "2022-10-31T02:25:50"),
        ("когда-то", ""),
    ],
)
def test_moments_in_heads_of_files_are_read_tolerantly(text, expected):
    assert moment_of(text) == expected
