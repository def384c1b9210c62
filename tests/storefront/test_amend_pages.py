"""Pages of changing and cancelling an order, for the buyer and for the staff."""

import pytest
from django.urls import reverse

from b2b_apps.amending.models import ChangeRule
from tests.amending.orders import fresh, lines_of, revisions
from tests.storefront.orders import place

BREAKER, CABLE = "MVA20-1-016-C", "VVG3X25LS"


@pytest.fixture
def placed(world):
    return place(world, "buyer", customer_number="З-7")


def url(name, order):
    return reverse(name, args=[order.number])


def form(order, quantities, **more):
    lines = lines_of(order)
    fields = {f"q-{line.pk}": f"{line.quantity:f}" for line in lines.values()}
    fields |= {f"q-{lines[a].pk}": str(q) for a, q in quantities.items()}
    return {"revision": str(fresh(order).revision), **fields, **more}


def seen_of(text):
    return text.split('name="seen" value="')[1].split('"')[0]


@pytest.mark.parametrize(
    ("person", "name"),
    [("buyer", "storefront:order_change"), ("manager", "dashboard:order-change")],
)
def test_a_change_is_looked_at_then_made(world, client, placed, person, name):
    client.force_login(world.people[person])
    page = url(name, placed)

    looked = client.post(page, form(placed, {CABLE: 40}, act="look")).content.decode()
    assert "5\u00a0984,46" in looked
    assert fresh(placed).revision == 0

    fields = form(placed, {CABLE: 40}, act="save", seen=seen_of(looked), reason="ошибка")
    made = client.post(page, fields, follow=True).content.decode()

    assert lines_of(placed)[CABLE].quantity == 40
    assert (revisions(placed)[0].reason, revisions(placed)[0].user) == (
        "ошибка",
        world.people[person],
    )
    assert "VVG3X25LS: 100 → 40" in made


def test_what_cannot_be_read_is_told_at_its_field(world, client, placed):
    client.force_login(world.people["buyer"])

    answer = client.post(
        url("storefront:order_change", placed), form(placed, {CABLE: "много"}, act="save")
    )

    assert answer.status_code == 422
    assert "Количество — это число" in answer.content.decode()
    assert fresh(placed).revision == 0


def test_a_page_of_an_older_revision_keeps_what_was_typed(world, client, placed):
    client.force_login(world.people["buyer"])
    page, old = url("storefront:order_change", placed), form(placed, {CABLE: 60}, act="save")
    looked = client.post(page, form(placed, {CABLE: 40}, act="look")).content.decode()
    client.post(page, form(placed, {CABLE: 40}, act="save", seen=seen_of(looked)))

    text = client.post(page, old).content.decode()

    assert "заказ изменён" in text
    assert 'value="60"' in text
    assert lines_of(placed)[CABLE].quantity == 40


def test_saving_without_having_looked_shows_first(world, client, placed):
    client.force_login(world.people["buyer"])

    text = client.post(
        url("storefront:order_change", placed), form(placed, {CABLE: 40}, act="save")
    ).content.decode()

    assert "Что получится" in text
    assert fresh(placed).revision == 0


@pytest.mark.parametrize("name", ["storefront:order_change", "storefront:order_cancel"])
@pytest.mark.parametrize("person", ["stranger", "sister", "accountant", "clerk"])
def test_who_may_not_finds_no_such_page(world, client, placed, person, name):
    client.force_login(world.people[person])

    assert client.get(url(name, placed)).status_code == 404
    assert client.post(url(name, placed), {"revision": "0"}).status_code == 404
    assert fresh(placed).status == "placed"


@pytest.mark.parametrize(
    ("person", "name"),
    [("buyer", "storefront:order_cancel"), ("manager", "dashboard:order-cancel")],
)
def test_an_order_is_cancelled_after_a_page_that_says_what_goes(
    world, client, placed, person, name
):
    client.force_login(world.people[person])
    assert client.get(url(name, placed)).status_code == 200

    client.post(url(name, placed), {"revision": "0", "reason": "передумали"})

    assert (fresh(placed).status, revisions(placed)[0].reason) == ("cancelled", "передумали")


def test_the_staff_set_the_rules(world, client, placed):
    client.force_login(world.people["manager"])

    client.post(reverse("dashboard:change-rules"), {"buyer-cancel": "never", "buyer-add": "x"})

    assert list(ChangeRule.objects.values_list("who", "action", "until")) == [
        ("buyer", "cancel", "never")
    ]
    client.force_login(world.people["buyer"])
    shown = client.get(url("storefront:order", placed)).content.decode()
    assert url("storefront:order_cancel", placed) not in shown
    assert url("storefront:order_change", placed) in shown


def test_the_page_of_a_change_asks_as_much_for_many_lines_as_for_few(
    world, client, placed, django_assert_max_num_queries
):
    client.force_login(world.people["buyer"])
    client.get(url("storefront:order_change", placed))

    with django_assert_max_num_queries(40):
        client.get(url("storefront:order_change", placed))
    with django_assert_max_num_queries(130):
        client.post(url("storefront:order_change", placed), form(placed, {CABLE: 40}, act="look"))
