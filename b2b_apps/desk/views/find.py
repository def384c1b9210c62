"""Search over everything: orders, clients, contracts, products, people."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from b2b_apps.desk.boards import Board, board_found, clean_text
from b2b_apps.desk.selectors.orders import orders
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.views.clients import CLIENTS, client_url
from b2b_apps.desk.views.contracts import CONTRACTS, contract_url
from b2b_apps.desk.views.goods import PRODUCTS, product_url
from b2b_apps.desk.views.orders import ORDERS, order_url
from b2b_apps.desk.views.people import PEOPLE, person_url

SHOWN = 8
PLACES: tuple[tuple[Promise, str, str, Board, Any, Any], ...] = (
    (_("Orders"), "clipboard-list", "orders", ORDERS, order_url,
     lambda o: (o.number, o.counterparty.name)),
    (_("Clients"), "users", "clients", CLIENTS, client_url, lambda c: (c.name, c.inn)),
    (_("Contracts"), "file-text", "contracts", CONTRACTS, contract_url,
     lambda c: (str(c), c.counterparty.name)),
    (_("Products"), "package", "products", PRODUCTS, product_url, lambda p: (p.title, p.article)),
    (_("People"), "user", "people", PEOPLE, person_url, lambda e: (str(e), e.user.email)),
)  # fmt: skip


class Found(NamedTuple):
    """What was found of one noun: title, icon, link to the board, and (name, note, url) rows."""

    title: Promise
    icon: str
    more_url: str
    rows: list[tuple[str, str, str]]


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Search all boards; the whole number of an order opens it. One query a board and one more."""
    text = clean_text(request.GET.get("q", ""))
    if text and orders().filter(number__iexact=text).exists():
        number = orders().filter(number__iexact=text).values_list("number", flat=True)[0]
        return redirect("dashboard:order", number=number)
    groups = [_found(text, *place) for place in PLACES] if text else []
    context = {"search_query": text, "groups": [group for group in groups if group.rows]}
    return desk_page(request, "b2b/desk/find.html", context, area="")


def _found(  # noqa: PLR0913, PLR0917 - a place of PLACES
    text: str, title: Promise, icon: str, name: str, board: Board, url: Any, words: Any
) -> Found:
    more = f"{reverse(f'dashboard:{name}')}?{urlencode({'q': text})}"
    rows = board_found(board, text, SHOWN)
    return Found(title, icon, more, [(*words(row), url(row)) for row in rows])
