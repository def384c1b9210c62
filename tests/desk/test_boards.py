"""Boards: search, views, order, pages, and a number of queries that does not grow with the rows."""

import re
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from b2b_apps.companies.models import Counterparty, Employee, Membership
from b2b_apps.contracts.models import Contract
from b2b_apps.core.models import OutboxMessage
from b2b_apps.pricing.models import Price, PriceList
from b2b_apps.sync1c.models import ExchangeSession

# Session, user, two of the shell; then the board: counts, rows, choices, what hangs on the rows.
BUDGETS = {
    "orders": 11,
    "clients": 8,
    "contracts": 6,
    "people": 7,
    "managers": 6,
    "prices": 10,
    "stock": 9,
    "warehouses": 7,
    "products": 9,
    "exchange-sessions": 7,
    "exchange-outgoing": 7,
    "exchange": 15,
    "index": 19,
    "find": 10,
}


def _many(world, count):
    own = world.companies["own"]
    clients = Counterparty.objects.bulk_create(
        Counterparty(name=f"ООО «Клиент {n:04}»", inn=str(7700000000 + n)) for n in range(count)
    )
    users = get_user_model().objects.bulk_create(
        get_user_model()(username=f"u{n}", email=f"u{n}@many.example") for n in range(count)
    )
    employees = Employee.objects.bulk_create(Employee(user=user) for user in users)
    Membership.objects.bulk_create(
        Membership(employee=employee, counterparty=own, role="buyer") for employee in employees
    )
    lists = PriceList.objects.bulk_create(PriceList(name=f"Лист {n}") for n in range(count))
    contracts = Contract.objects.bulk_create(
        Contract(
            organization=world.organization,
            counterparty=client,
            number=f"{n}/26",
            price_type=price_list,
        )
        for n, (client, price_list) in enumerate(zip(clients, lists, strict=True))
    )
    orders = apps.get_model("order", "Order").objects.bulk_create(
        apps.get_model("order", "Order")(
            number=f"26-1{n:05}",
            contract=contract,
            counterparty_id=contract.counterparty_id,
            organization=world.organization,
            currency="RUB",
            status="placed",
            total_incl_tax=Decimal(122),
            total_excl_tax=Decimal(100),
            date_placed=timezone.now(),
        )
        for n, contract in enumerate(contracts)
    )
    OutboxMessage.objects.bulk_create(
        OutboxMessage(topic="order_to_1c", key=f"order_to_1c:{o.pk}", payload={"order_id": o.pk})
        for o in orders
    )
    _goods(world, count)


def _goods(world, count):
    model = apps.get_model("catalogue", "Product")
    sample = world.products["cable"]
    goods = model.objects.bulk_create(
        model(
            structure="standalone",
            product_class=sample.product_class,
            title=f"Товар {n:04}",
            slug=f"t-{n}",
            article=f"ART-{n:04}",
            base_unit=sample.base_unit,
        )
        for n in range(count)
    )
    Price.objects.bulk_create(
        Price(price_list=world.lists["dealer"], product=product, amount=1) for product in goods
    )
    records = apps.get_model("partner", "StockRecord")
    records.objects.bulk_create(
        records(
            product=p,
            partner=world.warehouses["rostov"],
            partner_sku=f"s{p.pk}",
            num_in_stock=3,
            num_allocated=0,
        )
        for p in goods
    )


def _count(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def _urls(world):
    urls = {name: reverse(f"dashboard:{name}") for name in BUDGETS}
    urls["find"] += "?q=ООО"
    return urls


@pytest.mark.parametrize("count", [10, 1000])
def test_boards_take_the_same_queries_with_ten_rows_and_with_a_thousand(desk, staff, count):
    _many(desk.world, count)
    for number in range(count):
        ExchangeSession.objects.create(
            connection=desk.connection, kind="sale", state="done", cookie=f"m{number}"
        )

    taken = {name: _count(staff, url) for name, url in _urls(desk.world).items()}

    assert taken == BUDGETS


@pytest.mark.parametrize("count", [10, 1000])
def test_lists_within_a_page_take_the_same_queries_whatever_their_length(desk, staff, count):
    _many(desk.world, count)
    pages = {
        reverse("dashboard:price-list", args=[desk.world.lists["dealer"].pk]): 10,
        reverse("dashboard:warehouse", args=[desk.world.warehouses["rostov"].pk]): 7,
        reverse("dashboard:client", args=[desk.world.companies["own"].pk]): 26,
        reverse("dashboard:product", args=[desk.world.products["cable"].pk]): 13,
        reverse("dashboard:categories"): 5,
    }

    taken = {url: _count(staff, url) for url in pages}

    assert taken == pages


def test_words_are_searched_in_every_field_and_all_must_be_found(desk, staff):
    world = desk.world

    found = staff.get(reverse("dashboard:clients"), {"q": "электромонтаж 6164999992"})
    nothing = staff.get(reverse("dashboard:clients"), {"q": "электромонтаж 7728168971"})

    assert [row.pk for row in found.context["page"].rows] == [world.companies["own"].pk]
    assert list(nothing.context["page"].rows) == []
    assert 'class="empty' in nothing.content.decode()


def test_a_product_is_found_by_its_guid(desk, staff):
    from b2b_apps.core.models import ExternalId

    product = desk.world.products["lamp"]
    ExternalId.objects.create(
        source="ut", kind="product", external_id="6f2c81ae-41d0-11ee", object_id=product.pk
    )

    page = staff.get(reverse("dashboard:products"), {"q": "6f2c81ae-41d0-11ee"}).context["page"]

    assert [row.pk for row in page.rows] == [product.pk]


def test_a_view_narrows_the_list_and_its_count_is_the_number_of_rows(desk, staff):
    page = staff.get(reverse("dashboard:orders"), {"view": "parked"}).context["page"]

    assert [row.pk for row in page.rows] == [desk.owned["own"].order_id]
    assert {v["key"]: v["count"] for v in page.views} == {
        "open": 3,
        "waiting": 0,
        "parked": 1,
        "asked": 0,
        "unread": 0,
        "lost": 0,
        "done": 0,
        "cancelled": 0,
    }


def test_counts_of_views_do_not_multiply_by_people(desk, staff):
    page = staff.get(reverse("dashboard:clients")).context["page"]

    assert page.count == 3
    assert {v["key"]: v["count"] for v in page.views}["active"] == 3


def test_a_column_sorts_both_ways_and_an_unknown_one_is_ignored(desk, staff):
    url = reverse("dashboard:products")

    def titles(sort):
        page = staff.get(url, {"sort": sort}).context["page"]
        return [row.cells[0].value for row in page.rows]

    assert titles("name") == sorted(titles("name"))
    assert titles("-name") == titles("name")[::-1]
    assert titles("password") == titles("")


@pytest.mark.parametrize(
    "query",
    [
        "page=abc",
        "page=-1",
        "page=99999999999999999999",
        "view=zzz",
        "sort=-",
        "manager=x",
        "manager=99999999999999999999",
        "q=" + "%25%5F%5C" * 20,
        "region=%01",
        "q=%F0%9F%92%A5",
    ],
)
def test_odd_query_strings_show_the_list(desk, staff, query):
    for name in ("clients", "orders", "products", "prices", "stock", "people", "exchange-sessions"):
        assert staff.get(f"{reverse(f'dashboard:{name}')}?{query}").status_code == 200, name
    assert staff.get(f"{reverse('dashboard:find')}?{query}").status_code in (200, 302)


def test_empty_boards_say_what_to_do(world, staff):
    for name in ("orders", "exchange-sessions", "exchange-outgoing", "exchange-connections"):
        page = staff.get(reverse(f"dashboard:{name}")).content.decode()
        assert 'class="empty' in page, name


def test_the_pager_goes_on_with_the_filter(desk, staff):
    _many(desk.world, 120)

    page = staff.get(reverse("dashboard:clients"), {"q": "Клиент", "sort": "-name", "page": "2"})

    assert len(page.context["page"].rows) == 50
    links = re.findall(r'href="(\?[^"]*page=3[^"]*)"', page.content.decode())
    assert links
    assert all("sort=-name" in link and "q=" in link for link in links)


def test_the_whole_number_of_an_order_opens_it(desk, staff):
    number = desk.owned["own"].order_number

    answer = staff.get(reverse("dashboard:find"), {"q": number})

    assert answer["Location"] == reverse("dashboard:order", args=[number])
