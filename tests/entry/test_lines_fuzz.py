"""Whatever is pasted: every row comes back, none takes long, nothing breaks."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from b2b_apps.entry.asked import asked_from_text
from b2b_apps.entry.models import EntryRow
from b2b_apps.entry.services import MOST_PASTED, text_check
from b2b_apps.purchasing.pasted_lines import MOST_SPLITS, quantity_cell, splits_of

PIECES = st.sampled_from(
    ["MVA20-1-016-C", "VVG3X25LS", "ДВОЙНИК", "5", "1 200", "0", "-3", "−1", "1e999999", "NaN",
     "１２", "шт", "м.", "\t", ";", "|", ",", " ", "x", "×", "–", "=", "(", ")", "\u00a0", "\u202e",
     "\u200b", "\ud7ff", "👍", "'", '"', "<b>", "%s", "{0}", "\\", "№"]
)  # fmt: skip
LINES = st.lists(PIECES, min_size=1, max_size=12).map("".join) | st.text(max_size=60)


@given(LINES)
@settings(max_examples=400, deadline=None)
def test_a_row_is_taken_apart_in_a_bounded_number_of_ways(text):
    text = text.replace("\n", " ")

    ways = splits_of(text)

    assert 1 <= len(ways) <= 1 + 5 * MOST_SPLITS
    for way in ways:
        assert len(way.article) <= 200
        if way.rest:
            quantity_cell(way.rest)


@pytest.mark.parametrize("sign", [" ", ",", "=", " x", "1 ", "1 000 ", "\t", "(", "шт "])
def test_no_row_takes_long(sign):
    started = time.process_time()

    for _time in range(50):
        splits_of(sign * 5_000)

    assert time.process_time() - started < 2


@given(st.lists(LINES, max_size=8))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_rows_in_are_rows_reported(world, lines):
    text = "\n".join(lines).replace("\0", "")

    text_check(context=world.context(), text=text)

    rows = EntryRow.objects.order_by("number")
    given_rows = [row.strip(" \r\ufeff")[:1000] for row in text.splitlines()]
    assert [row.text for row in rows] == [row for row in given_rows if row.strip()]
    assert len(asked_from_text(text)) == rows.count() <= MOST_PASTED
