"""The tables of docs/algorithms/rounding.md, and that parts always add up."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b2b_apps.core.money import line_amount, round_sum, unit_prices

DOC = Path(__file__).resolve().parents[2] / "docs/algorithms/rounding.md"
ROW = re.compile(
    r"^\| ([\d.]+) \| ([\d.]+) \| ([\d.]+|none) \| (\w+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$",
    re.M,
)
ROWS = ROW.findall(DOC.read_text())
MODES = ("included", "on_top", "none")


def amount(price, quantity, rate, mode):
    return line_amount(
        price=Decimal(price),
        quantity=Decimal(quantity),
        vat_percent=None if rate == "none" else Decimal(rate),
        vat_mode=mode,
    )


def test_the_document_has_its_table():
    assert len(ROWS) == 8


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row[:4]))
def test_the_table_of_the_document_holds(row):
    found = amount(*row[:4])

    assert [str(found.excl_tax), str(found.vat), str(found.incl_tax)] == list(row[4:])


@pytest.mark.parametrize(
    ("exact", "rounded"), [("0.005", "0.01"), ("0.0049", "0.00"), ("2.675", "2.68")]
)
def test_halves_go_up(exact, rounded):
    assert str(round_sum(Decimal(exact))) == rounded


@given(
    price=st.decimals("0", "999999.9999", places=4),
    quantity=st.decimals("0.001", "99999.999", places=3),
    rate=st.sampled_from([None, 0, 5, 7, 10, 20, 22]),
    mode=st.sampled_from(MODES),
)
def test_the_parts_of_a_line_add_up_to_the_kopeck(price, quantity, rate, mode):
    found = line_amount(
        price=price,
        quantity=quantity,
        vat_percent=None if rate is None else Decimal(rate),
        vat_mode=mode,
    )

    assert found.excl_tax + found.vat == found.incl_tax
    assert all(part == round_sum(part) for part in (found.excl_tax, found.vat, found.incl_tax))
    stated = found.excl_tax if mode == "on_top" else found.incl_tax
    assert stated == round_sum(price * quantity)


def test_the_unit_price_that_is_not_agreed_has_four_decimals():
    assert unit_prices(price=Decimal("158.976"), vat_percent=Decimal(22), vat_mode="included") == (
        Decimal("130.3082"),
        Decimal("158.976"),
    )
