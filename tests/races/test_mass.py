"""Two thousand orders of shared goods in random order, while 1C sends stock, over HTTP."""

import base64
import random
import threading
from decimal import Decimal

import pytest
import requests
from django.apps import apps
from django.db.models import Sum
from django_scopes import scopes_disabled

from b2b_apps.contracts.services import credit_limit_set
from b2b_apps.core.models import ExternalId
from b2b_apps.inventory.models import StockHold
from b2b_apps.sync1c.models import ExchangeFile
from tests.races import witness
from tests.races.cast import PLENTY, ROUNDS, fill, goods_of_plenty, racers, statuses
from tests.races.site import in_turns
from tests.sync1c.client_1c import PASSWORD, USER
from tests.sync1c.client_1c import connection as exchange_connection
from tests.sync1c.files import file_of, guid, offer, package, stock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(1500)]
NUM_ORDERS, NUM_GOODS, NUM_CLIENTS = 40 * ROUNDS, 40, 16
NO_OBJECT = Decimal(10_000_000_000)


def shared_goods(world):
    """Goods that everybody orders, in a warehouse that 1C knows; money is no object."""
    credit_limit_set(contract=world.contracts["own"], limit=NO_OBJECT)
    source = exchange_connection().source
    goods = goods_of_plenty(world, NUM_GOODS)
    names = {("warehouse", guid(801)): world.warehouses["rostov"].pk}
    names |= {("product", guid(n)): product.pk for n, product in enumerate(goods, start=1)}
    ExternalId.objects.bulk_create(
        ExternalId(source=source, kind=kind, external_id=name, object_id=pk)
        for (kind, name), pk in names.items()
    )
    return goods


class Sender(threading.Thread):
    """1C: sends the stock of all goods again and again, in no order, until told to stop."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.ending, self.num_sent, self.answers = url, threading.Event(), 0, set()

    def run(self) -> None:
        session = requests.Session()
        pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        session.headers["Authorization"] = f"Basic {pair}"
        while not self.ending.is_set():
            self._exchange(session)
            self.num_sent += 1

    def _exchange(self, session: requests.Session) -> None:
        rows = [
            offer(n + 1, inside=stock(w801=str(PLENTY + random.randint(0, 99))), name="")
            for n in random.sample(range(NUM_GOODS), NUM_GOODS)
        ]
        body = file_of(package(*rows, warehouses=(801,)))
        for mode, data in [("checkauth", None), ("init", None), ("file", body), ("import", None)]:
            answer = session.request(
                "POST" if data else "GET",
                f"{self.url}/exchange/1c/",
                params={"type": "catalog", "mode": mode, "filename": "offers.xml"},
                data=data,
                timeout=120,
            )
            self.answers.add((mode, answer.text.split("\n")[0]))


def rush(world, site, goods, number):
    """``number`` orders of 2–40 lines of the shared goods, by sixteen buyers at once."""
    people = racers(world, site, NUM_CLIENTS)
    free = list(people)
    lock = threading.Lock()

    def order():
        with lock:
            racer = free.pop()
        try:
            with scopes_disabled():
                chosen = random.sample(goods, random.randint(2, NUM_GOODS))
                _basket, form = fill(racer, {p: random.randint(1, 9) for p in chosen}, world)
            return racer.browser.order(form)
        finally:
            with lock:
                free.append(racer)

    return in_turns([order] * number, clients=NUM_CLIENTS)


def test_two_thousand_orders_while_stock_comes_meet_no_deadlock_and_lose_no_hold(
    world, watched, serve
):
    goods = shared_goods(world)
    before = witness.num_deadlocks()

    with serve() as site, scopes_disabled():
        sender = Sender(site.url)
        sender.start()
        answers = rush(world, site, goods, NUM_ORDERS)
        sender.ending.set()
        sender.join()

        assert statuses(answers) == {302: NUM_ORDERS}
        assert sender.num_sent > ROUNDS // 5
        assert not [text for _mode, text in sender.answers if text == "failure"]
        assert ExchangeFile.objects.exclude(state="done").count() == 0
    assert witness.num_deadlocks() == before
    assert witness.faults() == []
    _holds_are_whole(goods)


def _holds_are_whole(goods):
    """Every line of every order is held, and each balance knows it."""
    with scopes_disabled():
        lines = apps.get_model("order", "Line").objects.filter(product__in=goods)
        assert StockHold.objects.count() == lines.count()
        for product in goods:
            record = product.stockrecords.get(num_in_stock__gt=0)
            held = record.holds.filter(released_at__isnull=True).aggregate(n=Sum("quantity"))["n"]
            assert record.num_allocated == held


def test_without_the_order_of_locks_there_are_deadlocks(world, watched, serve):
    goods = shared_goods(world)
    before = witness.num_deadlocks()

    with serve(off="order_of_locks") as site, scopes_disabled():
        for _try in range(20):
            rush(world, site, goods, NUM_CLIENTS * 2)
            if witness.num_deadlocks() > before:
                break

    assert witness.num_deadlocks() > before
