"""A manager changes an order in 1C: the portal follows, and neither side's changes are lost."""

from decimal import Decimal

import pytest
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.amending.models import OrderRevision
from b2b_apps.amending.selectors import history_of
from b2b_apps.contracts.models import CreditHold
from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.money import round_sum
from b2b_apps.inventory.models import StockHold
from b2b_apps.notifications.models import Notice
from b2b_apps.sync1c.models import ExchangeProblem
from tests.amending.orders import actor, broken, change, held, lines_of
from tests.storefront.orders import place
from tests.sync1c.orders import name_in_1c
from tests.sync1c.test_exchange_orders import acknowledge, ask, receive, waybill

BREAKER, CABLE = "MVA20-1-016-C", "VVG3X25LS"


@pytest.fixture(autouse=True)
def _everyones():
    with scopes_disabled():
        yield


@pytest.fixture
def names(world):
    return {key: name_in_1c("product", world.products[key]) for key in ("breaker", "cable", "lamp")}


@pytest.fixture
def placed(client_1c_a, world, names):
    """24 breakers and 100 m of cable that 1C has taken."""
    order = place(world, "buyer")
    ask(client_1c_a)
    acknowledge(client_1c_a)
    return order


def document(order, *rows, more="", currency="RUB", is_on_top=False):
    """1C's document of an order: rows of (GUID, quantity, price with VAT). ``is_on_top`` where
    «Цена включает НДС» was switched off in 1C.
    """

    def sums(quantity, price):
        gross = (Decimal(quantity) * Decimal(price)).quantize(Decimal("0.01"))
        net = (gross / Decimal("1.22")).quantize(Decimal("0.01")) if is_on_top else gross
        tax = gross - net if is_on_top else gross - (gross / Decimal("1.22"))
        inside = "false" if is_on_top else "true"
        return (
            f"<Сумма>{net}</Сумма><Налоги><Налог><Наименование>НДС</Наименование>"
            f"<УчтеноВСумме>{inside}</УчтеноВСумме><Сумма>{tax:.2f}</Сумма></Налог></Налоги>"
        )

    goods = "".join(
        f"<Товар><Ид>{guid}</Ид><Артикул>A-1</Артикул><Наименование>Товар</Наименование>"
        "<СтавкиНалогов><СтавкаНалога><Наименование>НДС</Наименование><Ставка>22</Ставка>"
        f"</СтавкаНалога></СтавкиНалогов><ЦенаЗаЕдиницу>{price}</ЦенаЗаЕдиницу>"
        f"<Количество>{quantity}</Количество>"
        f"{sums(quantity, price)}"
        "<Единица>шт</Единица><Коэффициент>1</Коэффициент></Товар>"
        for guid, quantity, price in rows
    )
    values = (
        "<ЗначениеРеквизита><Наименование>Номер по 1С</Наименование>"
        "<Значение>ЦБ-1</Значение></ЗначениеРеквизита>"
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><КоммерческаяИнформация ВерсияСхемы="2.07">'
        f"<Документ><Ид>1c-{order.number}</Ид><Номер>{order.number}</Номер><Дата>2026-11-24</Дата>"
        f"<ХозОперация>Заказ товара</ХозОперация><Роль>Продавец</Роль><Валюта>{currency}</Валюта>"
        f"<Товары>{goods}</Товары><ЗначенияРеквизитов>{values}{more}</ЗначенияРеквизитов></Документ>"
        "</КоммерческаяИнформация>"
    ).encode()


def as_it_is(order, names):
    """Rows of the document as 1C was given them: by key."""
    keys = {BREAKER: "breaker", CABLE: "cable"}
    return {
        keys[article]: (names[keys[article]], str(line.quantity), str(line.unit_price_incl_tax))
        for article, line in lines_of(order).items()
    }


def quantities(order):
    return {line.article: int(line.quantity) for line in order.lines.order_by("position", "pk")}


def told(order):
    order.refresh_from_db()
    return [text for entry in history_of(order) for text in entry.told]


def test_a_document_as_it_was_given_changes_nothing(client_1c_a, placed, names):
    rows = as_it_is(placed, names)

    receive(client_1c_a, document(placed, *rows.values()))

    placed.refresh_from_db()
    assert placed.revision == 0
    assert not OrderRevision.objects.exists()


def test_vat_beside_the_sum_instead_of_inside_is_no_change(client_1c_a, placed, names):
    rows = as_it_is(placed, names)

    receive(client_1c_a, document(placed, *rows.values(), is_on_top=True))

    placed.refresh_from_db()
    assert placed.revision == 0


def test_prices_that_1c_keeps_with_two_decimals_are_no_change(client_1c_a, placed, names):
    rows = [(g, q, f"{Decimal(p):.2f}") for g, q, p in as_it_is(placed, names).values()]

    receive(client_1c_a, document(placed, *rows))

    assert not OrderRevision.objects.exists()


def test_less_of_a_line_frees_stock_and_credit_and_is_told(client_1c_a, world, placed, names):
    rows = as_it_is(placed, names)
    guid, _quantity, price = rows["cable"]
    before, credit = placed.total_incl_tax, CreditHold.objects.get(order=placed).placed
    letters = OutboxMessage.objects.filter(topic="mail").count()

    receive(client_1c_a, document(placed, rows["breaker"], (guid, "60", price)))

    placed.refresh_from_db()
    revision = OrderRevision.objects.get()
    assert quantities(placed) == {BREAKER: 24, CABLE: 60}
    less = round_sum(100 * Decimal(price)) - round_sum(60 * Decimal(price))
    assert placed.total_incl_tax == before - less
    assert CreditHold.objects.get(order=placed).placed == credit - less
    assert held(placed)[CABLE] == 60
    assert (revision.who, revision.user, revision.total_before) == ("1c", None, before)
    assert any("100 → 60" in text for text in told(placed))
    assert Notice.objects.get(kind="changed").person == world.people["buyer"]
    # The buyer and the manager.
    assert OutboxMessage.objects.filter(topic="mail").count() == letters + 2
    # 1C has it so: it is not told what it said itself.
    assert not OutboxMessage.objects.filter(topic="order_to_1c", state="waiting").exists()
    assert broken() == []


def test_the_same_document_again_is_one_change(client_1c_a, placed, names):
    rows = as_it_is(placed, names)
    guid, _quantity, price = rows["cable"]
    body = document(placed, rows["breaker"], (guid, "60", price))

    receive(client_1c_a, body)
    receive(client_1c_a, body)
    receive(client_1c_a, document(placed, (guid, "60", price), rows["breaker"]))

    assert OrderRevision.objects.count() == 1


def test_more_than_is_free_is_taken_over_all_the_same(client_1c_a, placed, names):
    rows = as_it_is(placed, names)
    guid, _quantity, price = rows["breaker"]

    receive(client_1c_a, document(placed, (guid, "100000", price), rows["cable"]))

    lines = placed.lines.filter(article=BREAKER).order_by("pk")
    assert [int(line.quantity) for line in lines] == [24, 99976]
    hold = StockHold.objects.get(order_line=lines[1])
    assert (hold.ending, hold.quantity) == ("absorbed", 99976)
    assert broken() == []


def test_a_line_taken_out_and_goods_put_in(client_1c_a, world, placed, names):
    rows = as_it_is(placed, names)

    receive(client_1c_a, document(placed, rows["breaker"], (names["lamp"], "3", "120.00")))

    placed.refresh_from_db()
    lamp = placed.lines.get(product=world.products["lamp"])
    assert CABLE not in quantities(placed)
    assert (lamp.quantity, lamp.line_price_incl_tax, lamp.unit_price_incl_tax) == (3, 360, 120)
    assert lamp.shipment == placed.shipments.get()
    assert broken() == []


def test_what_we_do_not_sell_is_in_the_order_and_goes_back_by_its_name(client_1c_a, placed, names):
    rows = as_it_is(placed, names)

    receive(client_1c_a, document(placed, *rows.values(), ("service-7", "1", "500.00")))

    placed.refresh_from_db()
    line = placed.lines.get(product=None)
    assert (line.title, line.line_price_incl_tax) == ("Товар", 500)
    OutboxMessage.objects.create(topic="order_to_1c", key="again", payload={"order_id": placed.pk})
    root = ask(client_1c_a)
    assert "service-7" in [e.text for e in root.iter("Ид")]


def test_another_price_is_told_to_who_may_see_prices(client_1c_a, placed, names):
    rows = as_it_is(placed, names)
    guid, quantity, _price = rows["cable"]

    receive(client_1c_a, document(placed, rows["breaker"], (guid, quantity, "33.33")))

    placed.refresh_from_db()
    (entry,) = history_of(placed)
    assert any("другая цена" in text for text in entry.told)
    assert any("33,33" in text for text in entry.prices)
    assert placed.lines.get(article=CABLE).line_price_incl_tax == Decimal("3333.00")
    assert broken() == []


def test_a_day_that_1c_moved_is_the_day_of_the_shipment(client_1c_a, placed, names):
    rows = as_it_is(placed, names)
    day = (
        "<ЗначениеРеквизита><Наименование>Дата отгрузки</Наименование>"
        "<Значение>2026-12-09</Значение></ЗначениеРеквизита>"
    )

    receive(client_1c_a, document(placed, *rows.values(), more=day))
    receive(client_1c_a, document(placed, *rows.values(), more=day + " "))

    assert str(placed.shipments.get().planned_date) == "2026-12-09"
    assert OrderRevision.objects.count() == 1


def test_changes_of_both_sides_to_other_goods_both_stand(client_1c_a, world, placed, names):
    """The buyer lowers cable and 1C has not heard of it; the manager lowers breakers there."""
    rows = as_it_is(placed, names)
    guid, _quantity, price = rows["breaker"]
    change(world, placed, {CABLE: 40})

    receive(client_1c_a, document(placed, (guid, "12", price), rows["cable"]))

    assert quantities(placed) == {BREAKER: 12, CABLE: 40}
    root = ask(client_1c_a)
    given = {t.findtext("Ид"): float(t.findtext("Количество")) for t in root.iter("Товар")}
    assert given == {names["breaker"]: 12, names["cable"]: 40}
    assert broken() == []


def test_of_the_same_goods_1c_stands_and_the_wish_is_kept(client_1c_a, world, placed, names):
    rows = as_it_is(placed, names)
    guid, _quantity, price = rows["cable"]
    change(world, placed, {CABLE: 40})

    receive(client_1c_a, document(placed, rows["breaker"], (guid, "80", price)))

    placed.refresh_from_db()
    last = OrderRevision.objects.order_by("number").last()
    assert quantities(placed) in ({BREAKER: 24, CABLE: 80}, {BREAKER: 24, CABLE: 40})
    assert placed.lines.filter(article=CABLE).count() == 2
    assert sum(line.quantity for line in placed.lines.filter(article=CABLE)) == 80
    assert last.diff["conflicts"][0]["wanted"] == "40.000"
    assert any("изменено и на портале" in text for text in told(placed))
    assert ExchangeProblem.objects.filter(code="goods_conflict").exists()
    letter = OutboxMessage.objects.filter(topic="mail", key__contains="order_changed").last()
    assert "изменено и на портале" in letter.payload["body"]


def test_a_document_from_before_our_change_does_not_take_it_back(client_1c_a, world, placed, names):
    rows = as_it_is(placed, names)
    change(world, placed, {CABLE: 40})

    receive(client_1c_a, document(placed, *rows.values()))

    assert quantities(placed) == {BREAKER: 24, CABLE: 40}
    assert OrderRevision.objects.count() == 1


def test_what_has_left_stays_and_the_exchange_says_so(client_1c_a, placed, names):
    rows = as_it_is(placed, names)
    placed.shipments.update(status="shipped")

    receive(client_1c_a, document(placed, rows["breaker"]))

    assert quantities(placed) == {BREAKER: 24, CABLE: 100}
    assert ExchangeProblem.objects.filter(code="goods_too_late").exists()


def test_goods_in_another_currency_are_not_read(client_1c_a, placed, names):
    rows = as_it_is(placed, names)

    receive(client_1c_a, document(placed, rows["breaker"], currency="EUR"))

    assert quantities(placed) == {BREAKER: 24, CABLE: 100}
    assert ExchangeProblem.objects.filter(code="goods_currency").exists()


def test_the_buyer_sees_what_was_changed_line_by_line(client_1c_a, client, world, placed, names):
    rows = as_it_is(placed, names)
    guid, _quantity, price = rows["cable"]
    receive(client_1c_a, document(placed, rows["breaker"], (guid, "60", price)))
    client.force_login(world.people["buyer"])

    page = client.get(f"/orders/{placed.number}/").content.decode()

    assert "Изменено в 1С" in page
    assert f"{CABLE}: 100 → 60" in page.replace("\xa0", " ")


@pytest.fixture
def leaving(client_1c_a, placed, names):
    """10 of the breakers and 40 m of the cable have left."""
    gone = [(names["breaker"], "10"), (names["cable"], "40")]
    receive(client_1c_a, waybill(placed.number, "РТ-1", *gone))
    assert placed.shipments.get().status == "partly"
    return placed


def well(order):
    """Whether all is as it must be; the waybills of these tests are older than 1C's next stock."""
    order.shipments.update(shipped_at=timezone.now())
    return broken() == []


def test_less_of_what_has_left_in_part_is_read_back(client_1c_a, leaving, names):
    rows = as_it_is(leaving, names)
    guid, _quantity, price = rows["breaker"]

    receive(client_1c_a, document(leaving, (guid, "16", price), rows["cable"]))

    assert quantities(leaving) == {BREAKER: 16, CABLE: 100}
    line = lines_of(leaving)[BREAKER]
    assert (line.quantity_shipped, leaving.shipments.get().status) == (10, "partly")
    assert well(leaving)


def test_1c_that_keeps_but_what_has_left_closes_the_rest(client_1c_a, leaving, names):
    rows = as_it_is(leaving, names)
    kept = [(rows[key][0], much, rows[key][2]) for key, much in (("breaker", 10), ("cable", 40))]

    receive(client_1c_a, document(leaving, *kept))

    leaving.refresh_from_db()
    assert quantities(leaving) == {BREAKER: 10, CABLE: 40}
    assert (leaving.shipments.get().status, leaving.status) == ("shipped", "completed")
    assert well(leaving)


def test_more_and_another_price_of_it_are_read_back_to_the_kopeck(client_1c_a, leaving, names):
    rows = as_it_is(leaving, names)

    body = document(
        leaving, (rows["breaker"][0], "40", rows["breaker"][2]), (rows["cable"][0], "77", "33.33")
    )
    receive(client_1c_a, body)
    rest = [(names["breaker"], "30"), (names["cable"], "37")]
    receive(client_1c_a, waybill(leaving.number, "РТ-2", *rest))

    leaving.refresh_from_db()
    assert leaving.shipments.get().status == "shipped"
    hold = CreditHold.objects.filter(order=leaving).first()
    assert hold is None or (hold.taken, hold.amount) == (hold.shipped, 0)
    assert well(leaving)


def test_less_than_has_left_is_told_and_not_taken_over(client_1c_a, leaving, names):
    rows = as_it_is(leaving, names)
    guid, _quantity, price = rows["breaker"]

    receive(client_1c_a, document(leaving, (guid, "9", price), rows["cable"]))

    assert quantities(leaving) == {BREAKER: 24, CABLE: 100}
    assert ExchangeProblem.objects.filter(code="goods_too_late").exists()


def test_the_portal_tells_1c_of_a_rest_that_is_called_off(client_1c_a, world, leaving, names):
    manager = actor(world, "manager", "staff")

    change(world, leaving, {BREAKER: 10, CABLE: 40}, by=manager)

    root = ask(client_1c_a)
    given = {t.findtext("Ид"): float(t.findtext("Количество")) for t in root.iter("Товар")}
    assert given == {names["breaker"]: 10, names["cable"]: 40}
