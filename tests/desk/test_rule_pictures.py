"""Strips of the rules' schedule, and columns of what a rule makes of goods."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from b2b_apps.desk.rule_chart import rule_chart
from b2b_apps.desk.schedule import Scale
from b2b_apps.desk.selectors.rule_schedule import rule_schedule
from b2b_apps.pricing.preview import PreviewRow
from tests.pricing.making import add_list, add_rule

pytestmark = pytest.mark.django_db
D = Decimal


def midnight(days):
    now = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return now + timedelta(days=days)


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        (0, 10, (20, 10)),
        (0, None, (20, 80)),
        (None, 0, (0, 20)),
        (-100, 100, (0, 100)),
        (5, 5.5, (25, 1)),
        (79, None, (99, 1)),
    ],
)
def test_a_day_is_a_per_cent_of_the_strip(starts, ends, expected):
    scale = Scale(timezone.localdate())

    found = scale.of_moments(
        *(None if days is None else midnight(0) + timedelta(days=days) for days in (starts, ends))
    )

    assert found == expected


def test_what_works_waits_is_drafted_or_over_is_drawn_in_order(django_assert_max_num_queries):
    add_rule(3, name="скоро", valid_from=midnight(5), valid_to=midnight(15))
    add_rule(3, name="идёт", valid_from=midnight(-5), valid_to=midnight(5))
    add_rule(3, name="черновик", valid_from=midnight(6), state="draft")
    add_rule(3, name="было", valid_to=midnight(-3), valid_from=midnight(-10))
    add_rule(3, name="давно", valid_to=midnight(-30))
    add_rule(3, name="нескоро", valid_from=midnight(200))
    add_rule(3, name="выключено", valid_from=midnight(1), state="off")
    add_rule(3, name="всегда")

    with django_assert_max_num_queries(2):
        schedule = rule_schedule()

    assert [(s.rule.name, s.state, s.left, s.width) for s in schedule.strips] == [
        ("было", "off", 10, 7),
        ("идёт", "work", 15, 10),
        ("скоро", "wait", 25, 10),
        ("черновик", "draft", 26, 74),
    ]
    assert (schedule.num_endless, schedule.num_more) == (1, 0)


def row(before, after, cost=None):
    return PreviewRow(1, "A", "a", D(before), D(after), "", "shown", cost and D(cost))


def test_columns_of_the_margin_stand_with_ticks_of_now():
    chart = rule_chart([row(100, 110, 90), row(100, 105, 80), row(100, 100, 80), row(100, 120)])

    assert chart.kind == "margin"
    assert sum(c.num for c in chart.columns) == sum(c.num_was for c in chart.columns) == 3
    assert [(c.label, c.num_was, c.num) for c in chart.columns if c.num or c.num_was] == [
        ("10", 1, 0), ("18", 0, 1), ("20", 2, 1), ("22", 0, 1),
    ]  # fmt: skip
    highest = max(chart.columns, key=lambda c: c.num_was)
    assert highest.was_y == chart.top


def test_without_purchase_prices_it_is_the_change_of_prices():
    chart = rule_chart([row(100, 103), row(100, 103), row(100, 90)])

    assert chart.kind == "change"
    assert sum(c.num for c in chart.columns) == 3
    assert chart.columns[0].label == "−10"


@pytest.mark.parametrize("far", [100, 10**9])
def test_a_far_value_makes_no_more_columns(far):
    chart = rule_chart([row(1, 1 + far), row(100, 99), row(100, 101)])

    assert len(chart.columns) <= 10
    assert sum(c.num for c in chart.columns) == 3


def test_nothing_is_drawn_where_nothing_changes():
    assert rule_chart([]) is None
    assert rule_chart([row(100, 100, 90)]) is None


def test_pages_draw_without_inline_styles(desk, staff):
    world = desk.world
    add_list(world.products["lamp"], 50, name="Закупка", is_cost=True)
    rule = add_rule(3, name="идёт", valid_from=midnight(-5), valid_to=midnight(5))

    board = staff.get(reverse("dashboard:rules")).content.decode()
    page = staff.get(reverse("dashboard:rule", args=[rule.pk])).content.decode()

    assert '<rect x="15%" width="10%"' in board
    assert 'class="dk-cols' in page
    assert "style=" not in board + page
