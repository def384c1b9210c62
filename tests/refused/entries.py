"""Every place where a buyer writes a quantity: what he sends there, and the page he reads then."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from b2b_apps.core.outbox import outbox_deliver
from b2b_apps.entry.models import EntryRow
from tests.amending.orders import lines_of
from tests.refused.shop import Shop

HTMX = {"HX-Request": "true"}
HEADS = "Артикул;Наименование;Количество;Единица;Комментарий"
Entry = Callable[[Shop, str], Any]


def _sent(client: Client, view: str, *args: Any, headers: Any = None, **fields: Any) -> Any:
    url = reverse(view, args=args)
    return client.post(url, fields, follow=not headers, headers=headers)


def catalogue(shop: Shop, text: str) -> Any:
    return _sent(shop.client(), "basket:set", product=shop.lamp.pk, quantity=text)


def catalogue_htmx(shop: Shop, text: str) -> Any:
    fields = {"product": shop.lamp.pk, "quantity": text}
    return _sent(shop.client(), "basket:set", headers=HTMX, **fields)


def line(shop: Shop, text: str) -> Any:
    return _sent(shop.client(), "basket:line", shop.line.pk, quantity=text)


def line_htmx(shop: Shop, text: str) -> Any:
    return _sent(shop.client(), "basket:line", shop.line.pk, headers=HTMX, quantity=text)


def shared_line(shop: Shop, text: str) -> Any:
    """A colleague's hand in the buyer's basket, shared and opened before."""
    return _sent(shop.client("head"), "basket:line", shop.line.pk, quantity=text)


def table(shop: Shop, text: str) -> Any:
    return _sent(shop.client(), "basket:set_many", **{f"q-{shop.line.pk}": text})


def table_of_goods(shop: Shop, text: str) -> Any:
    return _sent(shop.client(), "basket:set_many", **{f"p-{shop.lamp.pk}": text})


def list_in_basket(shop: Shop, text: str) -> Any:
    return _sent(shop.client(), "basket:add_by_article", lines=f"{shop.lamp.article}\t{text}")


def pasted(shop: Shop, text: str) -> Any:
    _sent(shop.client(), "entry:check", text=f"{shop.lamp.article}\t{text}")
    return _added(shop)


def row(shop: Shop, text: str) -> Any:
    """A row of the list that was sound is edited."""
    _sent(shop.client(), "entry:check", text=f"{shop.lamp.article}\t3")
    if found := EntryRow.objects.first():
        _sent(shop.client(), "entry:rows", **{f"q-{found.pk}": text})
    return _added(shop)


def file(shop: Shop, text: str) -> Any:
    rows = f"{HEADS}\r\n{shop.lamp.article};;{text};;\r\n"
    upload = SimpleUploadedFile("list.csv", rows.encode())
    _sent(shop.client(), "entry:upload", file=upload)
    outbox_deliver()
    outbox_deliver()
    return _added(shop)


def _added(shop: Shop) -> Any:
    """Put the list into the basket: what can't go in is told on the page of the list."""
    _sent(shop.client(), "entry:add")
    return shop.client().get(reverse("entry:index"))


def template(shop: Shop, text: str) -> Any:
    kept = shop.template.lines.get()
    return _sent(shop.client(), "saved:lines", shop.template.pk, **{f"q-{kept.pk}": text})


def template_htmx(shop: Shop, text: str) -> Any:
    fields = {f"q-{shop.template.lines.get().pk}": text}
    return _sent(shop.client(), "saved:lines", shop.template.pk, headers=HTMX, **fields)


def template_taken(shop: Shop, text: str) -> Any:
    kept = shop.template.lines.get()
    return _sent(shop.client(), "saved:take", shop.template.pk, **{f"q-{kept.pk}": text})


def kits(shop: Shop, text: str) -> Any:
    return _sent(shop.client(), "saved:take", shop.template.pk, kits=text)


def repeat(shop: Shop, text: str) -> Any:
    fields = {f"q-{line.pk}": text for line in lines_of(shop.order).values()}
    return _sent(shop.client(), "saved:repeat", shop.order.number, **fields)


def one_step(shop: Shop, text: str) -> Any:
    return _sent(shop.client(), "checkout:quick_new", product=shop.lamp.pk, quantity=text)


def guest(shop: Shop, text: str) -> Any:
    return _sent(shop.client("guest"), "guests:choose", product=shop.lamp.pk, quantity=text)


def reserve(shop: Shop, text: str) -> Any:
    fields = {"product": shop.lamp.pk, "quantity": text, "hours": "24"}
    return _sent(shop.client(), "storefront:reserve_new", **fields)


def asked(shop: Shop, text: str) -> Any:
    return _sent(shop.client(), "storefront:asked_new", product=shop.lamp.pk, quantity=text)


def asked_project(shop: Shop, text: str) -> Any:
    goods = f"{shop.lamp.article}\t{text}"
    return _sent(shop.client(), "storefront:asked_new", name="Объект", goods=goods)


def api(shop: Shop, text: str) -> Any:
    url = reverse("api:price", args=[shop.lamp.pk])
    return shop.client().get(url, {"quantity": text})


def approval(shop: Shop, text: str) -> Any:
    """The head corrects a request before he approves it."""
    lamp = shop.request.lines.get().line_id
    fields = {"version": "1", f"q-{lamp}": text}
    return _sent(shop.client("head"), "storefront:approval_change", shop.request.number, **fields)


def order_change(shop: Shop, text: str) -> Any:
    cable = lines_of(shop.order)["VVG3X25LS"]
    fields = {"revision": "0", f"q-{cable.pk}": text, "act": "save"}
    return _sent(shop.client(), "storefront:order_change", shop.order.number, **fields)


def order_addition(shop: Shop, text: str) -> Any:
    fields = {"revision": "0", "add-0-article": shop.lamp.article, "add-0-quantity": text}
    return _sent(shop.client(), "storefront:order_change", shop.order.number, act="save", **fields)


ENTRIES: dict[str, Entry] = {
    entry.__name__: entry
    for entry in (
        catalogue, catalogue_htmx, line, line_htmx, shared_line, table, table_of_goods,
        list_in_basket, pasted, row, file, template, template_htmx, template_taken,
        kits, repeat, one_step, guest, reserve, asked, asked_project, api, approval, order_change,
        order_addition,
    )
}  # fmt: skip
