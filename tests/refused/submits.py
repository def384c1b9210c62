"""Every last press: what a page holds that the buyer has had open for a while, and sends now."""

import re
from collections.abc import Callable
from typing import Any

from django.urls import reverse

from b2b_apps.saved.models import OrderDraft
from tests.isolation.forms import Fields
from tests.refused.shop import Shop

# Opens the page and returns the press of its button.
Submit = Callable[[Shop], Callable[[], Any]]
BUTTONS = ("move", "split", "switch", "approval", "policy")


def checkout(shop: Shop) -> Callable[[], Any]:
    return _of_checkout(shop, reverse("checkout:index"))


def one_step(shop: Shop) -> Callable[[], Any]:
    fields = {"product": shop.lamp.pk, "quantity": "5"}
    shop.client().post(reverse("checkout:quick_new"), fields)
    return _of_checkout(shop, reverse("checkout:quick"))


def approve(shop: Shop) -> Callable[[], Any]:
    client, number = shop.client("head"), shop.request.number
    page = client.get(reverse("storefront:approval", args=[number])).content.decode()
    form = dict(re.findall(r'name="(version|offer)" value="([^"]*)"', page))
    url = reverse("storefront:approval_approve", args=[number])
    return lambda: client.post(url, form, follow=True)


def move(shop: Shop) -> Callable[[], Any]:
    """All lines from this contract's basket into another one's."""
    client, world = shop.client(), shop.world
    url = reverse("storefront:contract_switch")
    client.post(url, {"contract": world.contracts["own_wholesale"].pk, "next": "/"})
    there = reverse("basket:move", args=[world.contracts["own"].pk])
    client.get(there)
    return lambda: client.post(there, follow=True)


def carry(shop: Shop) -> Callable[[], Any]:
    """A chosen line to the basket of another contract."""
    other = shop.world.contracts["own_wholesale"].pk
    form = {"line": shop.line.pk, "contract": other}
    client = shop.client()
    return lambda: client.post(reverse("basket:carry"), form, follow=True)


def draft(shop: Shop) -> Callable[[], Any]:
    """The basket put aside, to be taken up."""
    client = shop.client()
    client.post(reverse("checkout:draft_make"), {"basket": shop.line.basket_id})
    url = reverse("checkout:draft_take", args=[OrderDraft.objects.get().pk])
    return lambda: client.post(url, follow=True)


def _of_checkout(shop: Shop, url: str) -> Callable[[], Any]:
    client = shop.client()
    page = client.get(url).content.decode()
    form = {k: v for k, v in Fields(page, url).forms[url] if k not in BUTTONS and "pick-" not in k}
    if "contract" in form:
        form["contract"] = str(shop.world.contracts["own"].pk)
    form["consignee"] = re.search(r'<option\s+value="(\d+)"', page)[1]
    return lambda: client.post(url, form | {"send": "1"}, follow=True)


SUBMITS: dict[str, Submit] = {
    submit.__name__: submit for submit in (checkout, one_step, approve, move, carry, draft)
}
