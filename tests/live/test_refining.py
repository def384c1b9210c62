"""A basket's prices refined in 1C: line by line, accepted, ordered, and who may do so."""

import threading
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.core.errors import PermissionMissingError
from b2b_apps.core.models import ExternalId
from b2b_apps.pricing.models import Price, PriceChange, PriceList
from b2b_apps.pricing.price_load import PriceRow, prices_load
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import (
    OrderDetails,
    basket_set,
    basket_set_many,
    order_place,
)
from b2b_apps.sync1c.live.errors import AnswerOutdatedError
from b2b_apps.sync1c.live.selectors import LivePrices, inquiry_for, live_connection_for
from b2b_apps.sync1c.live.services import live_prices_accept, prices_refine
from b2b_apps.sync1c.models import ExchangeConnection, PriceInquiry
from b2b_apps.sync1c.outgoing_documents import documents_of, orders_by_pk
from tests import factories

D = Decimal
BASKET = reverse("basket:summary")
REFINE, REFINED = reverse("basket:refine"), reverse("basket:refined")
HTMX = {"HTTP_HX_REQUEST": "true"}


def put(world, person="buyer", **quantities):
    return basket_set_many(
        context=world.context(person, "own"),
        quantities={world.products[key].pk: D(n) for key, n in quantities.items()},
    )


@pytest.fixture
def basket(world, base, connection):
    """Two lines: the lamp at 62.14, the cable at 70 by contract or 72.405."""
    put(world, lamp=10, cable=5)
    base.say(lamp="60.00", cable="80.00")
    return {line.product.pk: line for line in sheet_of(world).lines}


def sheet_of(world, person="buyer"):
    context = world.context(person, "own")
    return basket_sheet(context=context, basket=basket_for(context))


def refine(world, connection, person="buyer"):
    connection.refresh_from_db()
    return prices_refine(context=world.context(person, "own"), connection=connection)


def differences(live):
    return [(d.kind, d.line.article, d.was, d.now) for d in live.differences]


def test_differences_are_shown_line_by_line(world, base, connection, basket):
    cable = basket[world.products["cable"].pk].unit_price

    live = refine(world, connection)

    assert sorted(differences(live)) == [
        ("price", "0012-LLE-A60", D("62.1400"), D("60.0000")),
        ("price", "VVG3X25LS", cable, D("80.0000")),
    ]
    assert live.change == D("-21.40") + (80 - cable) * 5
    asked = base.asked[0]
    assert (asked["contract"], asked["counterparty"]) == ("c-own", "p-own")
    assert {line["product"]: line["quantity"] for line in asked["lines"]} == {
        "g-lamp": "10", "g-cable": "5",
    }  # fmt: skip
    # Nothing but the answer has been written.
    assert {line.unit_price for line in sheet_of(world).lines} == {D("62.1400"), cable}


def test_stock_and_refusals_are_shown_too(world, base, connection, basket):
    base.say(
        lamp={"price": "62.14", "with_vat": True, "currency": "RUB", "free": "4"},
        cable={"refusal": "unknown"},
    )

    kinds = {d.kind: d for d in refine(world, connection).differences}

    assert set(kinds) == {"shortage", "unknown"}
    assert (kinds["shortage"].now, kinds["shortage"].left.figure) == (4, 4)


def test_a_product_without_a_name_in_1c_is_not_asked_about(world, base, connection, basket):
    ExternalId.objects.filter(external_id="g-lamp").delete()

    live = refine(world, connection)

    assert [line["product"] for line in base.asked[0]["lines"]] == ["g-cable"]
    assert ("unknown", "0012-LLE-A60") in {(d.kind, d.line.article) for d in live.differences}


@pytest.mark.parametrize(
    ("mode", "with_vat", "now"),
    [
        ("included", True, "122.0000"), ("included", False, "148.8400"),
        ("on_top", True, "100.0000"), ("on_top", False, "122.0000"), ("none", True, "100.0000"),
    ],
)  # fmt: skip
def test_a_price_reads_as_the_contract_reckons(world, base, connection, mode, with_vat, now):
    contract = world.contracts["own"]
    contract.vat_mode = mode
    contract.save(update_fields=["vat_mode"])
    put(world, lamp=1)
    base.say(lamp={"price": "122", "with_vat": with_vat, "currency": "RUB"})

    (found,) = refine(world, connection).differences

    assert found.now == D(now)


def test_another_currency_is_no_price(world, base, connection, basket):
    base.say(
        lamp={"price": "1", "with_vat": True, "currency": "USD"}, cable={"refusal": "no_price"}
    )

    live = refine(world, connection)

    assert {d.kind for d in live.differences} == {"currency", "no_price"}
    assert not live.prices


def test_accepted_prices_hold_for_sheet_order_and_1c(world, base, connection, basket):
    refine(world, connection)

    change, number = live_prices_accept(context=world.context("buyer", "own"))

    assert number == 2
    sheet = sheet_of(world)
    assert {line.unit_price for line in sheet.lines} == {D("60.0000"), D("80.0000")}
    assert all(line.is_refined and not line.problems for line in sheet.lines)
    assert sheet.total_incl_tax == change.sheet.total_incl_tax == D("1000.00")
    with scopes_disabled():
        order = order_place(
            context=world.context("buyer", "own"),
            basket_id=sheet.id,
            details=OrderDetails(),
            offer=offer_token(sheet),
        )
        assert order.total_incl_tax == D("1000.00")
        (sent,) = documents_of(orders_by_pk({order.pk})[order.pk], connection=connection)
    assert {(line.product_id, line.price) for line in sent.lines} == {
        ("g-lamp", D("60.0000")), ("g-cable#red", D("80.0000")),
    }  # fmt: skip


def test_a_single_line_is_accepted_and_the_others_stay(world, base, connection, basket):
    refine(world, connection)
    lamp = basket[world.products["lamp"].pk]

    change, number = live_prices_accept(context=world.context("buyer", "own"), line_ids=[lamp.id])

    assert number == 1
    prices = {line.article: line.unit_price for line in change.sheet.lines}
    assert prices["0012-LLE-A60"] == D("60.0000")
    assert prices["VVG3X25LS"] == basket[world.products["cable"].pk].unit_price
    left = LivePrices(world.context(), change.sheet, inquiry_for(world.context()))
    assert [d.line.article for d in left.prices] == ["VVG3X25LS"]


def test_a_smaller_quantity_loses_the_refined_price(world, base, connection, basket):
    refine(world, connection)
    live_prices_accept(context=world.context("buyer", "own"))

    change = basket_set(
        context=world.context("buyer", "own"),
        product_id=world.products["lamp"].pk, quantity=D(9),
    )  # fmt: skip

    assert {line.article: line.unit_price for line in change.sheet.lines}["0012-LLE-A60"] == D(
        "62.1400"
    )


def test_a_quantity_that_changed_since_is_not_accepted(world, base, connection, basket):
    refine(world, connection)
    put(world, lamp=9, cable=4)

    with pytest.raises(AnswerOutdatedError):
        live_prices_accept(context=world.context("buyer", "own"))

    assert not PriceList.objects.filter(kind="refined").exists()


def test_an_old_answer_is_not_accepted(world, base, connection, basket, settings):
    refine(world, connection)
    late = timezone.now() - timedelta(minutes=settings.LIVE_ANSWER_MINUTES, seconds=1)
    PriceInquiry.objects.update(asked_at=late)

    with pytest.raises(AnswerOutdatedError):
        live_prices_accept(context=world.context("buyer", "own"))

    assert not Price.objects.filter(price_list__kind="refined").exists()


def test_what_an_exchange_has_brought_since_is_newer(world, base, connection, basket):
    refine(world, connection)
    lamp = world.products["lamp"]
    prices_load(
        rows=[PriceRow(world.lists["dealer"].pk, lamp.pk, D("63.00"))],
        source=PriceChange.Source.EXCHANGE,
    )

    _change, number = live_prices_accept(context=world.context("buyer", "own"))

    assert number == 1
    assert not Price.objects.filter(price_list__kind="refined", product=lamp).exists()


@pytest.mark.parametrize("mode", ["error", "broken", "missing", "redirect"])
def test_without_an_answer_the_order_goes_on(world, base, connection, basket, mode):
    base.behave(mode)

    live = refine(world, connection)

    assert live.problem
    assert not live.differences
    sheet = sheet_of(world)
    with scopes_disabled():
        order = order_place(
            context=world.context("buyer", "own"), basket_id=sheet.id,
            details=OrderDetails(), offer=offer_token(sheet),
        )  # fmt: skip
    assert order.total_incl_tax == sheet.total_incl_tax


def test_an_answer_is_of_one_person_and_one_contract(world, base, connection, basket):
    put(world, "head", lamp=10)
    refine(world, connection)

    for person, contract in [("head", "own"), ("buyer", "own_wholesale"), ("stranger", None)]:
        with pytest.raises(AnswerOutdatedError):
            live_prices_accept(context=world.context(person, contract))


@pytest.mark.parametrize("person", ["accountant", "clerk"])
def test_who_may_not_order_or_see_prices_asks_nothing(world, base, connection, client, person):
    client.force_login(world.people[person])

    assert client.post(REFINE).status_code == 403
    assert client.post(REFINED).status_code == 403
    with pytest.raises(PermissionMissingError):
        prices_refine(context=world.context(person), connection=connection)
    assert base.asked == []


def test_a_foreign_line_is_not_found(world, base, connection, basket, client):
    refine(world, connection)
    own_line = next(iter(basket.values())).id
    client.force_login(world.people["stranger"])

    assert client.post(REFINED, {"accept": own_line}).status_code == 404
    assert client.post(REFINED, {"accept": "x"}).status_code == 404
    assert not Price.objects.filter(price_list__kind="refined").exists()


def test_a_base_of_another_organization_is_not_asked(world, connection):
    mine, other = world.organization.pk, world.organization.pk + 1

    assert live_connection_for(organization_id=mine) == connection
    bound = ExchangeConnection.objects.create(
        name="Б", username="b", password="x", source="b", organization=world.organization
    )
    # The organization's own base can't be asked, and the other one does not know its contracts.
    assert live_connection_for(organization_id=mine) is None
    assert live_connection_for(organization_id=other) == connection
    bound.delete()
    ExchangeConnection.objects.update(is_active=False)
    assert live_connection_for(organization_id=mine) is None


def test_without_a_base_there_is_no_button(world, client):
    put(world, lamp=1)
    client.force_login(world.people["buyer"])

    assert 'id="live"' not in client.get(BASKET).content.decode()
    assert client.post(REFINE).status_code == 404


def test_the_page_with_and_without_scripts(world, base, connection, basket, client):
    client.force_login(world.people["buyer"])
    before = client.get(BASKET).content.decode()
    assert "Уточнить цены в 1С" in before

    plain = client.post(REFINE, {"next": BASKET}, follow=True).content.decode()
    live = client.post(REFINE, **HTMX).content.decode()

    for page in (plain, live):
        assert "В 1С другие цены у 2 строк" in page
        assert "60,00" in page.replace('<span class="kop">', "").replace("</span>", "")
    assert "<html" in plain
    assert "<html" not in live
    checkout = client.get(reverse("checkout:index")).content.decode()
    assert "В 1С другие цены у 2 строк" in checkout

    after = client.post(REFINED, {"next": BASKET}, follow=True).content.decode()
    assert "Приняты 2 цены 1С" in after
    assert "Всё как в 1С" in after
    assert 'id="live"' not in client.get(reverse("checkout:index")).content.decode()


def test_no_answer_is_said_in_plain_words(world, base, connection, basket, client):
    client.force_login(world.people["buyer"])
    base.behave("error")

    page = client.post(REFINE, {"next": BASKET}, follow=True).content.decode()

    assert "1С не ответила" in page
    assert "Заказ оформляется по ценам портала." in page


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_the_lines(world, base, connection, number):
    keys = ["lamp", "cable", "breaker"][:number]
    put(world, **dict.fromkeys(keys, 12))
    base.say(**dict.fromkeys(keys, "50.00"))
    context = world.context("buyer", "own")
    connection.refresh_from_db()

    with CaptureQueriesContext(database) as asked:
        live = prices_refine(context=context, connection=connection)
    with CaptureQueriesContext(database) as accepted:
        live_prices_accept(context=context)

    assert len(live.prices) == number
    plain = [q for q in asked if "SAVEPOINT" not in q["sql"]]
    assert len(plain) == 12
    assert len([q for q in accepted if "SAVEPOINT" not in q["sql"]]) == 31


@pytest.mark.django_db(transaction=True)
def test_no_transaction_and_no_lock_is_open_while_1c_thinks(base, linked, client):
    with scopes_disabled():
        world = factories.build_world()
    linked(world)
    put(world, lamp=10)
    base.behave("slow")
    client.force_login(world.people["buyer"])
    answers = []

    def ask():
        answers.append(client.post(REFINE, {"next": BASKET}))
        database.close()

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(1.2)
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT state, query FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state LIKE '%transaction%'"
        )
        open_ones = cursor.fetchall()
    assert base.asked, "1C must be thinking now"
    # Another window of the same person goes on meanwhile.
    started = time.monotonic()
    put(world, lamp=11)
    assert time.monotonic() - started < 1
    asking.join()

    assert open_ones == []
    assert answers[0].status_code == 302
    assert PriceInquiry.objects.get().problem == "timeout"
    assert apps.get_model("basket", "Line").objects.get().quantity == 11


def test_one_person_asks_1c_so_often_and_no_oftener(world, base, connection, basket, client):
    """Each question holds a thread for as long as 1C is slow."""
    client.force_login(world.people["buyer"])
    for _question in range(30):
        client.post(REFINE)
    asked = len(base.asked)

    page = client.post(REFINE, follow=True)

    assert len(base.asked) == asked
    assert "Слишком много попыток" in page.content.decode()
