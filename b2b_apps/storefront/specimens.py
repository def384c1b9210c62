"""The living page of components: every state of the design with made-up goods. Debug mode only."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

COLOURS = [
    "paper",
    "sheet",
    "sunk",
    "rule",
    "rule-mid",
    "edge",
    "ink",
    "ink-2",
    "ink-3",
    "accent",
    "accent-2",
    "accent-wash",
    "ok",
    "ok-wash",
    "warn",
    "warn-wash",
    "bad",
    "bad-wash",
    "info",
    "info-wash",
]
BUTTONS = (
    ("btn--primary", "Оформить заказ"),
    ("", "Повторить"),
    ("btn--quiet", "Изменить"),
    ("btn--bad", "Удалить корзину"),
)
BUTTON_STATES = (("", "обычная"), ("hover", "наведение"), ("active", "нажата"), ("focus", "фокус"))
STEPPERS = (
    ("", 0, "", "шаг"),
    ("", 12, "", "число"),
    ("", 24, "focus", "фокус"),
    ("in", 240, "", "в корзине"),
    ("bad", 60, "", "больше остатка"),
    ("off", 0, "", "нельзя"),
)
TILES = (
    ("socket", "ERS10-K01-16", "Розетка с/з 16А белая БРИТ", "118.64"),
    ("valve", "VT.214.N.04", 'Кран шаровой BASE 1/2" ВР-ВР', "398.75"),
    ("pipe", "PPR-32-PN20", "Труба PP-R PN20 32×5,4", "96.85"),
    ("cable", "VVG3X25LS", "Кабель ВВГнг(А)-LS 3×2,5", "74.86"),
)
HEIGHTS = (20, 62, 98, 84, 70, 46, 52, 36, 30, 24, 28, 14, 12, 14, 8, 8, 10, 4, 4, 4)


def components(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    context = {
        "colours": COLOURS,
        "buttons": BUTTONS,
        "button_states": BUTTON_STATES,
        "steppers": STEPPERS,
        "tiles": [(pic, art, name, Decimal(price)) for pic, art, name, price in TILES],
        "rows": _rows(),
        "warehouses": (
            ("Ростов", "Москва"),
            ("Ростов", "Красн.", "Ставр.", "Волг.", "Ворон.", "Москва"),
        ),
        "heights": HEIGHTS,
        "sums": [Decimal(text) for text in ("1111111.11", "8888888.88", "-4070.40")],
        "page_obj": Paginator(range(836), 24).page(1),
        "order_sum": Decimal("1284560.40"),
        "demo": SimpleNamespace(limit=3000000, used=Decimal("1819680.00")),
    }
    return render(request, "b2b/storefront/components.html", context)


def _rows() -> list[dict[str, Any]]:
    arrival = date(2026, 11, 28)
    states: tuple[dict[str, Any], ...] = (
        {"label": "обычная", "stock": 2310},
        {"label": "под курсором", "stock": 388, "focus": True, "eta": arrival},
        {"label": "в корзине", "stock": 4120, "state": "in", "quantity": Decimal(240)},
        {"label": "мало", "stock": 14, "eta": arrival},
        {"label": "нет, ждём", "stock": 0, "state": "out", "eta": arrival},
        {"label": "нет", "stock": 0, "state": "out"},
        {"label": "цена по запросу", "stock": 0, "state": "request", "price": None},
    )
    common = {
        "article": "MVA20-1-016-C",
        "name": "Автомат ВА47-29 1P 16А 4,5кА C с независимым расцепителем",
        "price": Decimal("132.48"),
        "pack": Decimal(12),
        "stocks": (388, 0, 14, 2310, 640, 1905),
    }
    return [common | state for state in states]
