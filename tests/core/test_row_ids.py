"""Row ids as forms bring them."""

import pytest

from b2b_apps.core.row_ids import row_id


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_digits_are_a_row_id(text, number):
    assert row_id(text) == number


@pytest.mark.parametrize("text", ["", "-1", "1.0", " 1", "٣", "²", "9" * 19, "x"])
def test_what_no_column_of_ids_holds_is_none(text):
    assert row_id(text) is None
