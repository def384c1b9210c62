"""Tags and filters of the ledger: Russian figures, escaping, bars without style attributes."""

from decimal import Decimal

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from b2b_apps.storefront.templatetags import ledger

HOSTILE = '"><script>alert(1)</script>'


def rendered(source, **context):
    return Template("{% load ledger %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1\u00a0000"),
        (Decimal("1234567.500"), "1\u00a0234\u00a0567,5"),
        (Decimal("0.125"), "0,125"),
        (Decimal("12.000"), "12"),
        (Decimal("100"), "100"),
        (-3, "\u22123"),
        (None, ""),
        ("", ""),
        ("text", ""),
        (Decimal("NaN"), ""),
    ],
)
def test_a_quantity_has_groups_a_comma_and_no_idle_zeros(value, text):
    assert ledger.num(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1284560.4"), "1\u00a0284\u00a0560,40"),
        (Decimal("0"), "0,00"),
        (Decimal("74.8600"), "74,86"),
        (Decimal("0.1234"), "0,1234"),
        (Decimal("0.1250"), "0,125"),
        (Decimal("-4070.40"), "\u22124\u00a0070,40"),
        (Decimal("-0.00001"), "0,00"),
        (86400, "86\u00a0400,00"),
    ],
)
def test_money_keeps_two_decimals_and_four_where_a_price_needs_them(value, text):
    assert ledger.money(value) == text


def test_kopecks_are_set_apart():
    assert ledger.kop(Decimal("132.48")) == '132<span class="kop">,48</span>'
    assert ledger.kop(Decimal("-0.5")) == '\u22120<span class="kop">,50</span>'


def test_no_value_is_a_dash():
    dash = rendered("{{ nothing|money }}", nothing=None)

    assert dash.startswith('<span class="nil"')
    assert dash.endswith(">—</span>")
    assert rendered("{{ nothing|kop }}", nothing=None) == dash
    assert rendered("{{ nothing|signed }}", nothing="") == dash


def test_stock_is_a_dash_at_zero_and_marked_below_twenty():
    assert 'class="nil"' in ledger.qty(Decimal("0.000"))
    assert 'class="nil"' in ledger.qty(None)
    assert 'class="low"' in ledger.qty(Decimal("19.999"))
    assert ledger.qty(Decimal(20)) == "20"


def test_a_difference_shows_its_sign():
    assert ledger.signed(Decimal("4.2")) == "+4,20"
    assert ledger.signed(Decimal("-4.2")) == "\u22124,20"
    assert ledger.signed(0) == "0,00"


def test_small_words():
    assert ledger.nbsp("30 дн.") == "30\u00a0дн."
    assert ledger.currency_sign("RUB") == "₽"
    assert ledger.currency_sign("XAU") == "XAU"


def test_an_icon_refers_to_the_sprite():
    svg = rendered('{% icon "search" "20" %}')

    assert svg == (
        '<svg class="icon icon--20" aria-hidden="true">'
        '<use href="/static/storefront/icons.svg#search"></use></svg>'
    )


@pytest.mark.parametrize(
    "source",
    [
        "{{ text|nbsp }}",
        "{{ text|currency_sign }}",
        "{{ text|num }}{{ text|money }}{{ text|kop }}{{ text|qty }}{{ text|signed }}",
        "{% icon text text %}",
        "{% status text text text %}",
        "{% meter text text used=text %}",
    ],
)
def test_nothing_that_is_given_becomes_markup(source):
    assert "<script>" not in rendered(source, text=HOSTILE)


def test_a_status_is_a_shape_and_a_word():
    html = rendered('{% status "warn" "Ждёт подписи" "small" %}')

    assert html == '<span class="status status--warn status--small">Ждёт подписи</span>'


def test_a_meter_is_drawn_by_width_attributes():
    html = rendered('{% meter "Занято" "big bad" used=55.8 over=2.8 excess=340 %}')

    assert html == (
        '<span class="meter meter--big meter--bad" role="img" aria-label="Занято">'
        '<svg class="over" width="2.8%"></svg><svg class="used" width="55.8%"></svg>'
        '<svg class="excess" width="100%"></svg></span>'
    )
    assert 'aria-hidden="true"' in rendered("{% meter used=1 %}")


def test_a_meter_refuses_a_part_it_does_not_know():
    with pytest.raises(TemplateSyntaxError, match="rest"):
        rendered("{% meter rest=1 %}")


def test_a_histogram_marks_the_chosen_bars():
    html = rendered("{% histogram heights 1 2 %}{% slider 5 70 %}", heights=[20, 62.5, 0])

    assert html.count("<svg height=") == 3
    assert '<svg height="62.5%" data-on></svg>' in html
    assert html.count("data-on") == 1
    assert '<circle cx="70%" cy="8" r="5">' in html
    assert "style=" not in html


@pytest.mark.parametrize(
    ("number", "pages", "shown"),
    [
        (1, 1, [1]),
        (1, 35, [1, 2, 3, None, 35]),
        (10, 35, [1, 2, None, 9, 10, 11, None, 35]),
        (35, 35, [1, 2, None, 34, 35]),
        (3, 5, [1, 2, 3, 4, 5]),
    ],
)
def test_a_pager_shows_the_ends_and_the_neighbours(number, pages, shown):
    page = Paginator(range(pages * 24), 24).page(number)

    assert ledger.page_numbers(page) == shown


def test_a_query_string_keeps_what_is_not_changed():
    request = RequestFactory().get("/", {"brand": ["IEK", "EKF"], "page": "3"})

    assert ledger.query_with({"request": request}, page=4) == "?brand=IEK&brand=EKF&page=4"
    assert ledger.query_with({"request": request}, page=None) == "?brand=IEK&brand=EKF"
