"""Texts as pages bring them."""

import pytest

from b2b_apps.core.texts import text_typed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  a \r\n", "a"), ("a\r\nb", "a\nb"), ("a\r\nbc", "a\nb"), ("abcd", "abc"), ("", "")],
)
def test_the_end_of_a_line_counts_as_one_sign(typed, kept):
    assert text_typed(typed, 3) == kept
