"""Orders of shared goods while 1C's stock comes in: nobody waits for one another in a circle.

Balances are numbered against the order of their GUIDs, so that what is written by GUID and what
is taken by number meet head-on.
"""

import random
import threading
import time
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import OperationalError, connection, transaction
from django.db.models import Sum
from django_scopes import scopes_disabled

from b2b_apps.core.transient import DEADLOCK, sqlstate_of
from b2b_apps.fulfilment import services as fulfilment
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.fulfilment.services import order_cancel, shipment_cancel
from b2b_apps.inventory.locks import stock_records_locked
from b2b_apps.inventory.models import StockHold
from b2b_apps.inventory.services import holds_release, taking
from b2b_apps.pricing.models import Price
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import basket_set_many
from b2b_apps.sync1c.exchange.sessions import session_folder, session_open
from b2b_apps.sync1c.importing import offers as importing
from b2b_apps.sync1c.importing.runner import file_import
from b2b_apps.sync1c.models import ExchangeFile, ExchangeProblem
from tests.concurrency.test_orders import at_once, buyers, placing
from tests.sync1c import client_1c
from tests.sync1c.files import file_of, guid, offer, package, stock
from tests.sync1c.orders import SOURCE, ExternalId

pytestmark = pytest.mark.django_db(transaction=True)
NUM_GOODS = 20
NUM_BUYERS = 6
NUM_ROUNDS = 5


@pytest.fixture
def goods(world, settings, tmp_path):
    """Twenty products in one warehouse, each with a price; the first has the last GUID."""
    settings.EXCHANGE_ROOT = tmp_path / "exchange"
    lamp = world.products["lamp"]
    found = []
    for place in range(NUM_GOODS):
        product = apps.get_model("catalogue", "Product").objects.create(
            structure="standalone", product_class=lamp.product_class, title=f"Товар {place}",
            article=f"T-{place}", base_unit=lamp.base_unit, vat_rate=lamp.vat_rate,
        )  # fmt: skip
        Price.objects.create(price_list=world.lists["dealer"], product=product, amount=10)
        product.stockrecords.create(
            partner=world.warehouses["rostov"], partner_sku=str(place), num_in_stock=10_000
        )
        names(product, "product", NUM_GOODS - place)
        found.append(product)
    names(world.warehouses["rostov"], "warehouse", 801)
    return found


def names(row, kind, number):
    ExternalId.objects.create(
        source=SOURCE, kind=kind, external_id=guid(number), object_id=row.pk, content_hash=b"1"
    )


def stock_comes(base, amounts):
    """Import a file with this stock of goods 1, 2, 3 … as the worker does."""
    with scopes_disabled():
        session = session_open(connection=base, kind="catalog")
        rows = [offer(number, inside=stock(w801=str(amount))) for number, amount in amounts.items()]
        (session_folder(session.pk) / "rests.xml").write_bytes(file_of(package(*rows)))
        file = ExchangeFile.objects.create(session=session, name="rests.xml")
        file_import(file.pk)


def ready_to_order(context, wanted):
    """Fill a basket with (product, quantity); return what places the order."""
    basket_set_many(context=context, quantities={p.pk: Decimal(q) for p, q in wanted})
    basket = basket_for(context)
    return placing(context, basket.pk, offer_token(basket_sheet(context=context, basket=basket)))


def num_deadlocks(results, caplog):
    return caplog.text.count("Deadlock;") + sum(
        isinstance(found, OperationalError) and sqlstate_of(found) == DEADLOCK for found in results
    )


@pytest.fixture
def meeting(monkeypatch):
    """An order that locks its balances slowly tells when it has a few of them."""
    some_locked, plain = threading.Event(), taking.plain_take

    def one_by_one(*, demand, own_contract_id):
        for place, pk in enumerate(sorted(demand), start=1):
            stock_records_locked(stock_record_ids=[pk])
            if place == 3:
                some_locked.set()
            time.sleep(0.03)
        return plain(demand=demand, own_contract_id=own_contract_id)

    monkeypatch.setattr(taking, "plain_take", one_by_one)
    return some_locked


def order_and_stock_meet(world, goods, meeting):
    base = client_1c.connection()
    order = ready_to_order(world.context(), [(product, 1) for product in goods])

    def stock_later():
        meeting.wait(20)
        stock_comes(base, dict.fromkeys(range(1, NUM_GOODS + 1), 9_000))

    return at_once([order, stock_later])


def test_without_the_lock_an_order_and_the_import_of_stock_deadlock(
    world, goods, meeting, monkeypatch, caplog
):
    monkeypatch.setattr(importing, "product_stock_locked", lambda **ids: None)

    results = order_and_stock_meet(world, goods, meeting)

    assert num_deadlocks(results, caplog) == 1


def test_an_order_and_the_import_of_stock_queue_up(world, goods, meeting, caplog):
    results = order_and_stock_meet(world, goods, meeting)

    assert num_deadlocks(results, caplog) == 0
    assert type(results[0]).__name__ == "Order"
    records = apps.get_model("partner", "StockRecord").objects.filter(product__in=goods)
    assert set(records.values_list("num_in_stock", "num_allocated")) == {(9_000, 1)}


def test_many_orders_of_shared_goods_while_stock_is_imported(world, goods, caplog):
    base = client_1c.connection()
    contexts = buyers(world, NUM_BUYERS)
    dice = random.Random(4)
    is_over = threading.Event()

    def shopper(context, seed):
        own = random.Random(seed)

        def shop():
            orders = []
            for _round in range(NUM_ROUNDS):
                chosen = own.sample(goods, own.randint(2, NUM_GOODS))
                orders.append(ready_to_order(context, [(p, own.randint(1, 5)) for p in chosen])())
            return orders

        return shop

    def importer():
        num_imports = 0
        while not is_over.is_set():
            numbers = dice.sample(range(1, NUM_GOODS + 1), NUM_GOODS)
            stock_comes(base, {number: dice.randint(5_000, 9_000) for number in numbers})
            num_imports += 1
        return num_imports

    def shoppers():
        try:
            return at_once([shopper(c, seed) for seed, c in enumerate(contexts)])
        finally:
            is_over.set()

    results = at_once([importer, shoppers])

    assert results[0] > 1
    orders = [order for made in results[1] for order in made]
    assert num_deadlocks([*results, *results[1]], caplog) == 0
    assert len({order.number for order in orders}) == NUM_BUYERS * NUM_ROUNDS
    assert not ExchangeProblem.objects.exists()
    for record in apps.get_model("partner", "StockRecord").objects.filter(product__in=goods):
        held = StockHold.objects.filter(stock_record=record).aggregate(sum=Sum("quantity"))["sum"]
        assert record.num_allocated == (held or 0)


def one_by_one(*, order_id):
    """The shipment of the later balance first: against the order in which others lock them, if
    all balances are not locked at once.
    """
    shipments = Shipment.objects.filter(order_id=order_id).order_by("-lines__stockrecord_id")
    with transaction.atomic():
        for pk in shipments.values_list("pk", flat=True):
            shipment_cancel(shipment_id=pk)
    return True


@pytest.mark.parametrize(("cancel", "expected"), [(one_by_one, 1), (order_cancel, 0)])
def test_an_order_from_two_warehouses_lets_its_balances_go_in_one_go(
    world, goods, meeting, caplog, monkeypatch, cancel, expected
):
    late, early = goods[0], goods[-1]
    for product, place in ((early, "rostov"), (late, "moscow")):
        product.stockrecords.all().delete()
        product.stockrecords.create(
            partner=world.warehouses[place], partner_sku="x", num_in_stock=100
        )
    order = ready_to_order(world.context(), [(late, 1), (early, 1)])()
    other = ready_to_order(buyers(world, 1)[0], [(product, 1) for product in goods])
    meeting.clear()

    def release(**lines):
        holds_release(**lines)
        time.sleep(1)

    monkeypatch.setattr(fulfilment, "holds_release", release)
    if expected:
        monkeypatch.setattr(fulfilment, "order_stock_lock", lambda **_asked: None)

    def cancelling():
        meeting.wait(20)
        with scopes_disabled():
            return cancel(order_id=order.pk)

    results = at_once([other, cancelling])

    assert num_deadlocks(results, caplog) == expected
    if not expected:
        assert results[1] is True
        assert StockHold.objects.filter(released_at__isnull=False).count() == 2


def test_an_order_that_is_the_victim_of_a_deadlock_is_placed_at_the_second_try(
    world, goods, meeting, caplog
):
    order = ready_to_order(world.context(), [(product, 1) for product in goods])
    records = list(
        apps.get_model("partner", "StockRecord")
        .objects.filter(product__in=goods)
        .order_by("pk")
        .values_list("pk", flat=True)
    )

    def against_the_order():
        meeting.wait(20)
        with transaction.atomic(), connection.cursor() as cursor:
            # Only the order looks for deadlocks soon enough to find this one.
            cursor.execute("SET LOCAL deadlock_timeout = '60s'")
            for pk in reversed(records):
                cursor.execute("SELECT FROM partner_stockrecord WHERE id = %s FOR UPDATE", [pk])

    results = at_once([order, against_the_order])

    assert num_deadlocks(results, caplog) == 1
    assert type(results[0]).__name__ == "Order"
    assert StockHold.objects.count() == NUM_GOODS
