"""The checkout of a thousand lines: its page, and the shipments after a change of them."""

import gc
from collections.abc import Iterable
from datetime import time
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from b2b_apps.companies.models import Consignee
from b2b_apps.core.context import TradeContext
from b2b_apps.delivery.models import DeliveryMethod, DeliveryStep, DeliveryWindow, DeliveryZone
from b2b_apps.purchasing.services import basket_set_many
from tests.bench.basket import Measured, measured
from tests.bench.database import database_copy
from tests.bench.hot_product import buyers_contexts, orderable_goods
from tests.bench.table import Row
from tests.bench.world import BenchWorld
from tests.isolation.forms import Fields

LINES, GOAL_MS = 1_000, 300
MANY = Decimal(1000)  # a multiple of every pack
HERE = "/checkout/"
# What the change of a policy sends beside the fields of the form.
CHANGES = ({"split": "1", "policy": "nearest"}, {"split": "1", "policy": "fewest"})


def checkout(world: BenchWorld) -> Iterable[Row]:
    """Server time of both through the whole stack of handlers, methods of delivery kept."""
    settings.ALLOWED_HOSTS = ["testserver"]
    with database_copy("bench_checkout"):
        (context, *_others) = buyers_contexts(world)
        goods = orderable_goods(world, [context], LINES)
        _methods(context)
        client = Client()
        client.force_login(get_user_model().objects.get(pk=context.user_id))
        switch = {"contract": context.contract_id, "next": "/"}
        client.post(reverse("storefront:contract_switch"), switch)
        basket_set_many(context=context, quantities=dict.fromkeys(goods, MANY))
        form = _form(client) | {"contract": str(context.contract_id)}
        gc.collect()
        gc.freeze()
        view = measured(lambda _place: _answered(client.get(HERE)))
        update = measured(lambda place: _changed(client, form, place))
    yield _row("view", f"the page of a checkout of {LINES:,} lines", view)
    yield _row("update", f"its shipments by another policy, of {LINES:,} lines", update)


def _row(name: str, work: str, found: Measured) -> Row:
    told = f"{work} (CPU {found.cpu:.0f} ms, {found.queries} queries) / {GOAL_MS} ms"
    return Row(f"checkout-{LINES}-{name}", told, found.middle, GOAL_MS, "ms", 1)


def _methods(context: TradeContext) -> None:
    """Own transport with hours and pick-up, and where it goes to."""
    Consignee.objects.create(
        counterparty_id=context.counterparty_id, name="Site", address="Ростов-на-Дону, Мира, 1"
    )
    own = DeliveryMethod.objects.create(kind="own", name="Наша машина", weekdays="12345")
    DeliveryMethod.objects.create(kind="pickup", name="Самовывоз", weekdays="12345")
    zone = DeliveryZone.objects.create(method=own, name="Город", cities="Ростов-на-Дону")
    DeliveryStep.objects.create(zone=zone, price=Decimal(1500))
    for hour in (9, 12, 15):
        DeliveryWindow.objects.create(
            method=own, zone=zone, starts=time(hour), ends=time(hour + 3), capacity=10
        )


def _form(client: Client) -> dict[str, str]:
    """The fields of the page as a browser would send them, its buttons left alone."""
    fields = dict(Fields(client.get(HERE).content.decode(), HERE).forms[HERE])
    pressed = ("send", "split", "move", "switch", "policy")
    picked = {name for name in fields if name.startswith("pick-")}
    return {k: v for k, v in fields.items() if k not in pressed and k not in picked}


def _changed(client: Client, form: dict[str, str], place: int) -> None:
    data = form | CHANGES[place % len(CHANGES)]
    _answered(client.post(HERE, data, headers={"HX-Request": "true"}))


def _answered(answer: Any) -> None:
    if answer.status_code != 200:
        raise RuntimeError(answer.status_code)
