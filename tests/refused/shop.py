"""A shop with something open at every place where a quantity is written, and all of it as rows."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from http.cookies import SimpleCookie
from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import reverse
from django_scopes import scopes_disabled

from b2b_apps.core.models import OutboxMessage
from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.purchasing.services import basket_set_many
from b2b_apps.saved.services import Named, list_from_basket
from tests.approvals.office import Office
from tests.factories import World, build_world
from tests.isolation.town import writes
from tests.storefront.orders import place

PEOPLE = ("buyer", "head")
# Written whatever is asked: messages for the next page, tries that are counted.
ASIDE = re.compile(r'(?:INTO|UPDATE|FROM) "?(?:django_session|core_guess)\b')


@dataclass
class Shop:
    """The cast, signed in; the lamp is in the buyer's basket four times, and shared."""

    world: World
    template: Any = None
    order: Any = None
    request: Any = None
    line: Any = None
    cookies: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)
    forged: dict[str, str] = field(default_factory=dict)

    def client(self, person: str = "buyer") -> "Reader":
        """The browser of a person; a guest has not signed in."""
        client = Reader()
        client.texts, client.forged = self.read, self.forged
        client.cookies = SimpleCookie(self.cookies.get(person, ""))
        return client

    @property
    def lamp(self) -> Any:
        return self.world.products["lamp"]

    @contextmanager
    def noted(self, rows: Any = None) -> Iterator[list[str]]:
        """The names of the tables whose rows are others after all than they were before; what the
        person has read meanwhile is in ``read``.
        """
        names: list[str] = []
        self.read.clear()
        with writes() as written:
            yield names
        if any(not ASIDE.search(text) for text in written):
            before, now = rows or self.rows, everything()
            names += [name for name in now if now[name] != before[name]]

    @property
    def told(self) -> str:
        return "\n".join(self.read)


class Reader(Client):
    """A browser whose person reads every page that he is led to, and adds what is ``forged`` to
    what he sends.
    """

    texts: list[str]
    forged: dict[str, str]

    def post(self, path: str, data: Any = None, *args: Any, **more: Any) -> Any:
        return super().post(path, {**(data or {}), **self.forged}, *args, **more)

    def request(self, **request: Any) -> Any:
        answer = super().request(**request)
        if not answer.streaming:
            self.texts.append(text_of(answer))
        return answer


def build_shop() -> Shop:
    with scopes_disabled():
        shop = Shop(build_world())
        context, office = shop.world.context(), Office(shop.world)
        shop.order = place(shop.world, "buyer")
        rule = office.rule(min_sum=100)
        shop.request = office.send(10)
        rule.delete()
        basket_set_many(context=context, quantities={shop.lamp.pk: Decimal(4)})
        shop.line = basket_for(context).lines.get()
        shop.template = list_from_basket(context=context, named=Named("Щит", is_shared=True))
        _sign_in(shop)
        OutboxMessage.objects.all().delete()
        shop.rows = everything()
    return shop


def _sign_in(shop: Shop) -> None:
    for person in PEOPLE:
        client = Client()
        client.force_login(shop.world.people[person])
        contract = {"contract": shop.world.contracts["own"].pk, "next": "/"}
        client.post(reverse("storefront:contract_switch"), contract)
        if person == "buyer":
            client.post(reverse("basket:share"), {"share": "1"})
        else:
            basket = basket_for(shop.world.context())
            client.post(reverse("basket:open"), {"basket": basket.pk})
        client.get(reverse("basket:summary"))
        shop.cookies[person] = client.cookies.output(header="", sep=";")


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of all our tables; what is kept of a line of a basket follows from all else."""
    found = {}
    for model in apps.get_models():
        label = model._meta.label
        if label.startswith("sessions.") or model._meta.proxy or not model._meta.managed:
            continue
        found[label] = [
            {k: v for k, v in row.items() if not k.startswith("kept_")}
            for row in model._default_manager.order_by("pk").values()
        ]
    return found


def text_of(answer: Any) -> str:
    """What a person reads of an answer; spaces are plain ones."""
    if answer.headers.get("Content-Type", "").startswith("application/json"):
        return str(answer.json())
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    return re.sub(r"[\s\u00a0\u202f]+", " ", re.sub(r"<[^>]*>", " ", text))
