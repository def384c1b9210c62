"""What is a quantity and what is not, and how it is raised to packs."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b2b_apps.purchasing.quantities import (
    QuantityError,
    lowered_to_pack,
    parse_quantity,
    raised_to_pack,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        (" 12 ", "12"),
        ("0", "0"),
        ("0012", "12"),
        ("1,5", "1.5"),
        ("1.125", "1.125"),
        ("1 200", "1200"),
        ("1\u00a0200,5", "1200.5"),
        ("12\u202f345\u202f678", "12345678"),
        ("1000000000", "1000000000"),
    ],
)
def test_a_number_is_read_as_people_write_it(text, number):
    assert parse_quantity(text) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("\u00a0", "empty"),
        ("１２", "malformed"),
        ("١٢", "malformed"),
        ("1_000", "malformed"),
        ("NaN", "malformed"),
        ("Infinity", "malformed"),
        ("1e3", "malformed"),
        ("1e999999", "malformed"),
        ("-1", "malformed"),
        ("+1", "malformed"),
        ("0x10", "malformed"),
        ("12 34", "malformed"),
        ("1,234,567", "malformed"),
        ("1.2345", "malformed"),
        ("1,", "malformed"),
        (",5", "malformed"),
        ("12 шт", "malformed"),
        ("9" * 10_000_000, "malformed"),
        ("1000000001", "too_large"),
        ("99999999999999999999", "too_large"),
    ],
)
def test_anything_else_is_refused_at_once(text, code):
    started = time.perf_counter()

    with pytest.raises(QuantityError) as refused:
        parse_quantity(text)

    assert refused.value.code == code
    assert time.perf_counter() - started < 0.05


@pytest.mark.parametrize(
    ("asked", "multiple", "minimum", "taken"),
    [
        ("140", "12", "0", "144"),
        ("144", "12", "0", "144"),
        ("1", "12", "0", "12"),
        ("1", "1", "5", "5"),
        ("7", "3", "10", "12"),
        ("0.3", "0.1", "0", "0.3"),
        ("0.31", "0.1", "0", "0.4"),
    ],
)
def test_a_quantity_is_raised_to_the_minimum_and_the_multiple(asked, multiple, minimum, taken):
    found = raised_to_pack(Decimal(asked), multiple=Decimal(multiple), minimum=Decimal(minimum))

    assert found == Decimal(taken)


def test_what_is_left_is_lowered_to_packs_and_never_below_the_minimum():
    pack = {"multiple": Decimal(12), "minimum": Decimal(24)}

    assert lowered_to_pack(Decimal(47), **pack) == 36
    assert lowered_to_pack(Decimal(14), **pack) == 0


@given(st.integers(1, 10**9), st.integers(1, 10**5), st.integers(0, 10**6))
def test_a_raised_quantity_is_the_least_that_fits(asked, multiple, minimum):
    thousandth = Decimal("0.001")
    asked, multiple, minimum = asked * thousandth, multiple * thousandth, minimum * thousandth

    taken = raised_to_pack(asked, multiple=multiple, minimum=minimum)

    assert taken % multiple == 0
    assert taken >= max(asked, minimum) > taken - multiple
