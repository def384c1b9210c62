"""What surrounds every page of the staff: areas of work, pulse of the exchange."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from b2b_apps.desk.selectors.waiting import Waiting, waiting
from b2b_apps.desk.statuses import SESSION
from b2b_apps.sync1c.models import ExchangeSession

_View = tuple[str, Promise, str]
_Area = tuple[str, Promise, str, str, tuple[_View, ...]]

AREAS: tuple[_Area, ...] = (
    ("today", gettext_lazy("Today"), "sunrise", "index", ()),
    (
        "orders",
        gettext_lazy("Orders"),
        "clipboard-list",
        "orders",
        (
            ("orders", gettext_lazy("Orders"), "orders"),
            ("approvals", gettext_lazy("Clients' approvals"), "approvals"),
            ("split-rules", gettext_lazy("Rules of shipments"), "split-rules"),
            ("delivery", gettext_lazy("Delivery"), "delivery"),
            ("statuses", gettext_lazy("Statuses"), "statuses"),
            ("change-rules", gettext_lazy("Rules of changes"), "change-rules"),
        ),
    ),
    (
        "clients",
        gettext_lazy("Clients"),
        "users",
        "clients",
        (
            ("clients", gettext_lazy("Counterparties"), "clients"),
            ("guests", gettext_lazy("Guests’ requests"), "guests"),
            ("contracts", gettext_lazy("Contracts"), "contracts"),
            ("credit", gettext_lazy("Credit"), "credit"),
            ("people", gettext_lazy("Clients' people"), "people"),
            ("managers", gettext_lazy("Managers"), "managers"),
        ),
    ),
    (
        "prices",
        gettext_lazy("Prices"),
        "percent",
        "prices",
        (
            ("prices", gettext_lazy("Price lists"), "prices"),
            ("rules", gettext_lazy("Price rules"), "rules"),
            ("thresholds", gettext_lazy("Thresholds"), "thresholds"),
            ("rates", gettext_lazy("Rates of currencies"), "rates"),
            ("asked", gettext_lazy("Asked prices"), "asked-prices"),
            ("why", gettext_lazy("Why this price"), "price-why"),
        ),
    ),
    (
        "stock",
        gettext_lazy("Stock"),
        "boxes",
        "stock",
        (
            ("stock", gettext_lazy("Balances"), "stock"),
            ("holds", gettext_lazy("Reserves"), "holds"),
            ("warehouses", gettext_lazy("Warehouses"), "warehouses"),
            ("terms", gettext_lazy("Terms of reserves"), "hold-terms"),
            ("policies", gettext_lazy("What is seen of stock"), "stock-policies"),
            ("limits", gettext_lazy("Limits of reserves by hand"), "reserve-limits"),
        ),
    ),
    (
        "goods",
        gettext_lazy("Goods"),
        "package",
        "products",
        (
            ("products", gettext_lazy("Products"), "products"),
            ("categories", gettext_lazy("Groups"), "categories"),
            ("assortment", gettext_lazy("Assortment rules"), "assortment"),
            ("labels", gettext_lazy("Labels"), "labels"),
        ),
    ),
    (
        "search",
        gettext_lazy("Search"),
        "search",
        "search-index",
        (
            ("index", gettext_lazy("Search index"), "search-index"),
            ("synonyms", gettext_lazy("Synonyms"), "synonyms"),
            ("pins", gettext_lazy("Pinned results"), "pins"),
            ("report", gettext_lazy("What is searched for"), "search-report"),
        ),
    ),
    (
        "exchange",
        gettext_lazy("Exchange with 1C"),
        "arrow-left-right",
        "exchange",
        (
            ("monitor", gettext_lazy("Monitor"), "exchange"),
            ("sessions", gettext_lazy("Sessions"), "exchange-sessions"),
            ("outgoing", gettext_lazy("Outgoing"), "exchange-outgoing"),
            ("connections", gettext_lazy("Connections"), "exchange-connections"),
            ("statuses", gettext_lazy("Statuses of 1C"), "exchange-statuses"),
        ),
    ),
)


def desk_page(  # noqa: PLR0913 - what a page is made of
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    area: str,
    view: str = "",
    status: int = 200,
) -> HttpResponse:
    """Draw a page within the shell. Two queries for the shell: what waits, the last session."""
    counts = waiting()
    return render(
        request,
        template,
        {
            **context,
            "desk_area": area,
            "desk_areas": _areas(counts, area, view),
            "desk_pulse": _pulse(counts),
            "desk_search_url": reverse("dashboard:find"),
        },
        status=status,
    )


def _areas(counts: Waiting, area: str, view: str) -> list[dict[str, Any]]:
    numbers = {
        "orders": (counts.orders, counts.parked_orders),
        "clients": (counts.credit + counts.guests, 0),
        "prices": (counts.prices, 0),
        "stock": (0, counts.shortages),
        "exchange": (0, counts.parked),
    }
    of_views = {
        "guests": counts.guests,
        "credit": counts.credit,
        "asked": counts.prices,
        "stock": counts.shortages,
        "outgoing": counts.parked + counts.orders,
    }
    return [
        {
            "key": key,
            "title": title,
            "icon": icon,
            "url": reverse(f"dashboard:{name}"),
            "count": numbers.get(key, (0, 0))[0],
            "late": numbers.get(key, (0, 0))[1],
            "views": [
                {
                    "title": word,
                    "url": reverse(f"dashboard:{target}"),
                    "current": view_key == view,
                    "count": of_views.get(view_key, 0),
                }
                for view_key, word, target in views
            ],
        }
        for key, title, icon, name, views in AREAS
    ]


def _pulse(counts: Waiting) -> dict[str, Any]:
    """The exchange in one line: what is set aside first, else how the last session ended that
    did something; empty polls tell only that 1C is there.
    """
    url = reverse("dashboard:exchange")
    last = ExchangeSession.objects.order_by("is_idle", "-pk").first()
    if last is None:
        return {"kind": "off", "word": _("Exchange: not yet"), "note": "", "url": url}
    kind, word = SESSION[last.state]
    note = f"{last.get_kind_display()}, {word}"
    if counts.parked:
        word = _("Exchange: set aside %(n)d") % {"n": counts.parked}
        return {"kind": "bad", "word": word, "note": note, "url": url}
    return {"kind": kind, "word": _("Exchange: %(state)s") % {"state": word},
            "note": str(last.get_kind_display()), "url": url}  # fmt: skip
