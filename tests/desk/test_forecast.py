"""How debt is due to fall: orders by their terms, 1C's sum by the contract's, overdue as it is."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.models import Contract
from b2b_apps.contracts.standing import standing_of
from b2b_apps.desk.charts import Value, chart_of
from b2b_apps.desk.selectors.forecast import credit_forecast, group_forecast
from tests.contracts.orders import Book, account_of, group_of, reported

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def _everybody():
    with scopes_disabled():
        yield


@pytest.fixture
def contract(world):
    Contract.objects.filter(pk=world.contracts["own"].pk).update(
        payment_kind="deferral", deferral_days=20
    )
    return Contract.objects.get(pk=world.contracts["own"].pk)


def order_of(contract, amount, *, in_days, shipped):
    """An order on credit, due in so many days."""
    book = Book(contract, amount)
    book.placed()
    day = TODAY + timedelta(days=in_days)
    type(book.order).objects.filter(pk=book.order.pk).update(payment_due=day)
    if shipped:
        book.ship(1)
    return book.order


def forecast_of(account, contract):
    account.refresh_from_db()
    return credit_forecast(standing=standing_of(account, day=TODAY), contract=contract)


def told(forecast):
    return [((d.day - TODAY).days if d.day else None, d.amount, d.free) for d in forecast.dues]


def test_debt_that_1c_tells_in_one_sum_is_due_within_the_deferral(world, contract):
    account = account_of(world, limit=1000)
    reported(account, 700, overdue=200, days=3)

    forecast = forecast_of(account, contract)

    assert told(forecast) == [(20, 500, 800)]
    assert [week.free for week in forecast.weeks] == [300, 300, 300, *[800] * 6]
    assert [week.used for week in forecast.weeks][-1] == 200


def test_orders_explain_a_part_of_it_and_what_is_held_is_due_too(world, contract):
    account = account_of(world, limit=1000)
    order_of(contract, 100, in_days=5, shipped=True)
    order_of(contract, 50, in_days=30, shipped=False)
    account.refresh_from_db()
    type(account).objects.filter(pk=account.pk).update(debt=400, snapshot_debt=300)

    forecast = forecast_of(account, contract)

    assert told(forecast) == [(5, 100, 650), (20, 300, 950), (30, 50, 1000)]
    assert [due.is_held for due in forecast.dues] == [False, False, True]


def test_an_order_that_is_late_makes_no_room_by_itself(world, contract):
    account = account_of(world, limit=1000)
    late = order_of(contract, 300, in_days=-2, shipped=True)

    forecast = forecast_of(account, contract)

    assert told(forecast) == [(-2, 300, None)]
    assert (forecast.dues[0].order, forecast.dues[0].is_late, forecast.first) == (late, True, None)
    assert {week.free for week in forecast.weeks} == {700}


def test_what_only_brings_an_account_back_to_its_limit_makes_no_room(world, contract):
    account = account_of(world, limit=1000)
    order_of(contract, 400, in_days=3, shipped=True)
    account.refresh_from_db()
    type(account).objects.filter(pk=account.pk).update(debt=1600, snapshot_debt=1200)

    forecast = forecast_of(account, contract)

    assert told(forecast) == [(3, 400, 0), (20, 1200, 1000)]
    assert (forecast.first.day - TODAY).days == 20
    assert forecast.first.amount == 1000


def test_a_limit_that_ends_frees_nothing_after_its_last_day(world, contract):
    account = account_of(world, limit=1000, limit_valid_to=TODAY + timedelta(days=10))

    frees = [week.free for week in forecast_of(account, contract).weeks]

    assert frees == [1000, 1000, *[0] * 7]


@pytest.fixture
def holding(world, contract):
    """A shared limit of 1000 over two contracts: a deferral of 20 days, and one of 10."""
    Contract.objects.filter(pk=world.contracts["sister"].pk).update(
        payment_kind="deferral", deferral_days=10
    )
    account_of(world, "sister", limit=None)
    return group_of(world, "own", "sister", limit=1000)


def test_a_holding_gets_room_as_its_companies_pay_each_by_its_terms(world, contract, holding):
    sister = Contract.objects.get(pk=world.contracts["sister"].pk)
    order_of(contract, 100, in_days=5, shipped=True)
    order_of(sister, 50, in_days=30, shipped=False)
    own, other = account_of(world), account_of(world, "sister")
    reported(own, 300, overdue=80, days=2)
    reported(other, 200)
    holding.refresh_from_db()

    forecast = group_forecast(standing=standing_of(holding, day=TODAY))

    dues = forecast.dues
    assert [(str(due.contract), *row) for due, row in zip(dues, told(forecast), strict=True)] == [
        (str(contract), 5, 100, 550),
        (str(sister), 10, 200, 750),
        (str(contract), 20, 120, 870),
        (str(sister), 30, 50, 920),
    ]
    assert [week.free for week in forecast.weeks] == [450, 550, 750, 870, 870, *[920] * 4]


def test_of_a_holding_two_queries_are_asked_however_many_orders(
    world, contract, holding, django_assert_num_queries
):
    for n in range(6):
        order_of(contract, 10, in_days=n, shipped=n % 2)
    holding.refresh_from_db()

    with django_assert_num_queries(2):
        forecast = group_forecast(standing=standing_of(holding, day=TODAY))
        assert {due.contract.counterparty.pk for due in forecast.dues} == {contract.counterparty_id}


def test_an_order_that_waits_is_reckoned_on_both_accounts(world, contract, holding, client):
    account_of(world, limit=600, mode="release")
    order_of(contract, 500, in_days=20, shipped=True)
    waiting = order_of(contract, 300, in_days=25, shipped=False)
    client.force_login(world.people["manager"])

    page = client.get(reverse("dashboard:credit-order", args=[waiting.number]))

    own, shared = page.context["aheads"]
    assert [week.free for week in own.forecast.weeks] == [0, 0, 0, 300, *[600] * 5]
    assert [week.free for week in shared.forecast.weeks] == [200, 200, 200, 700, *[1000] * 5]
    assert (own.standing.is_shared, shared.standing.is_shared) == (False, True)
    text = page.content.decode()
    assert text.count(f'id="h-forecast-{holding.pk}"') == 1
    assert reverse("dashboard:credit-account", args=[holding.pk]) in text


def test_the_account_of_a_holding_tells_who_pays_what(world, contract, holding, client):
    order = order_of(contract, 100, in_days=5, shipped=True)
    client.force_login(world.people["manager"])

    page = client.get(reverse("dashboard:credit-account", args=[holding.pk]))

    (ahead,) = page.context["aheads"]
    assert told(ahead.forecast) == [(5, 100, 1000)]
    text = page.content.decode()
    assert order.number in text
    assert contract.counterparty.name in text.split('id="h-dues')[1]


def test_where_credit_is_not_watched_there_is_only_debt(world, contract):
    account = account_of(world, limit=None)
    reported(account, 700)

    forecast = forecast_of(account, contract)

    assert {week.free for week in forecast.weeks} == {None}
    assert [week.used for week in forecast.weeks] == [700, 700, 700, *[0] * 6]


def test_the_account_shows_bars_with_a_table_beside_them(world, contract, client):
    account = account_of(world, limit=100_000)
    reported(account, 40_000)
    client.force_login(world.people["manager"])

    page = client.get(reverse("dashboard:credit-account", args=[account.pk])).content.decode()

    assert page.count("<rect class=") == 9
    assert "style=" not in page.split('class="dk-cols')[1].split("</svg>")[0]
    assert "40\u00a0000,00" in page


@pytest.mark.parametrize("most", ["1", "7", "10", "99", "100", "12345", "8000000", "0.5"])
def test_an_axis_has_a_few_round_lines_within_the_box(most):
    values = [Value("a", Decimal(most), Decimal(0), ""), Value("b", Decimal(0), None, "")]

    chart = chart_of(values, now=0, unit=Decimal(1))

    assert 1 <= len(chart.lines) <= 5
    assert all(0 <= float(line.y) < chart.base for line in chart.lines)
    assert float(chart.bars[0].y) + float(chart.bars[0].height) == chart.base
    assert chart.bars[1].tick == ""
