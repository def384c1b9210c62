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
NUM_ORDERS, NUM_GOODS, NUM_CLIENTS = 40 * ROUNDS, 20, 16
MOST_LINES = 40
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


def crowd(world, site):
    """Sixteen buyers, each with goods that nobody else orders: a basket has a product once."""
    return [
        (racer, goods_of_plenty(world, MOST_LINES - NUM_GOODS, name=f"OWN-{place}"))
        for place, racer in enumerate(racers(world, site, NUM_CLIENTS))
    ]


def rush(world, people, goods, number):
    """``number`` orders of 2–40 lines, shared goods first, by all people at once."""
    free = list(people)
    lock = threading.Lock()

    def order():
        with lock:
            racer, own = person = free.pop()
        try:
            with scopes_disabled():
                wanted = {p: random.randint(1, 9) for p in choice_of(goods, own)}
                _basket, form = fill(racer, wanted, world)
            return racer.browser.order(form)
        finally:
            with lock:
                free.append(person)

    return in_turns([order] * number, clients=NUM_CLIENTS)


def choice_of(goods, own):
    """2 to 40 of the shared goods and, if those are too few, of one's own, in no order."""
    num = random.randint(2, MOST_LINES)
    num_shared = min(num, NUM_GOODS)
    chosen = random.sample(goods, num_shared) + random.sample(own, num - num_shared)
    random.shuffle(chosen)
    return chosen


def test_two_thousand_orders_while_stock_comes_meet_no_deadlock_and_lose_no_hold(
    world, watched, serve
):
    goods = shared_goods(world)
    before = witness.num_deadlocks()

    with serve() as site, scopes_disabled():
        people = crowd(world, site)
        sender = Sender(site.url)
        sender.start()
        answers = rush(world, people, goods, NUM_ORDERS)
        sender.ending.set()
        sender.join()

        assert statuses(answers) == {302: NUM_ORDERS}
        assert sender.num_sent > ROUNDS // 5
        assert not [text for _mode, text in sender.answers if text == "failure"]
        assert ExchangeFile.objects.exclude(state="done").count() == 0
    assert witness.num_deadlocks() == before
    assert witness.faults() == []
    _holds_are_whole([*goods, *(product for _racer, own in people for product in own)])


def _holds_are_whole(goods):
    """Every line of every order is held, and each balance knows it."""
    with scopes_disabled():
        assert StockHold.objects.count() == apps.get_model("order", "Line").objects.count()
        for product in goods:
            record = product.stockrecords.get(num_in_stock__gt=0)
            held = record.holds.filter(released_at__isnull=True).aggregate(n=Sum("quantity"))["n"]
            assert record.num_allocated == (held or 0)


def test_without_the_order_of_locks_there_are_deadlocks(world, watched, serve):
    goods = shared_goods(world)
    before = witness.num_deadlocks()

    with serve(off="order_of_locks") as site, scopes_disabled():
        people = crowd(world, site)
        for _try in range(20):
            rush(world, people, goods, NUM_CLIENTS * 2)
            if witness.num_deadlocks() > before:
                break

    assert witness.num_deadlocks() > before
