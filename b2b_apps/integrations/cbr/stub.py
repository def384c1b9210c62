"""``python -m b2b_apps.integrations.cbr.stub``: a bank for demo and tests, in its own process.

Speaks the daily XML for any day; ``/mode/NAME`` makes it misbehave from then on (``MODES``).
Rates follow from the day alone. Knows nothing of Django.
"""

import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

from b2b_apps.integrations.stubs import StubHandler, stub_serve

# Code, number, nominal, name, roubles per nominal about which the rate swings.
CURRENCIES = (
    ("USD", "840", 1, "Доллар США", "90.1277"),
    ("EUR", "978", 1, "Евро", "98.4012"),
    ("CNY", "156", 1, "Юань", "12.4371"),
    ("KZT", "398", 100, "Тенге", "17.3604"),
    ("BYN", "933", 1, "Белорусский рубль", "28.0140"),
    ("AMD", "051", 100, "Армянских драмов", "23.2215"),
    ("VND", "704", 10000, "Донгов", "36.1822"),
)
Answer = tuple[int, dict[str, str], bytes]


def day_with_rates(day: date) -> date:
    """The bank sets no rates for Sundays and Mondays: Saturday's hold."""
    return day - timedelta(days={6: 1, 0: 2}.get(day.weekday(), 0))


def xml(day: date, *, more: str = "", head: str = "") -> str:
    rows = []
    for code, number, nominal, name, about in CURRENCIES:
        swing = Decimal((day.toordinal() * 37 + int(number)) % 400 - 200) / 10000
        value = (Decimal(about) * (1 + swing)).quantize(Decimal("0.0001"))
        unit = f"{(value / nominal).normalize():f}".replace(".", ",")
        rows.append(
            f'<Valute ID="R{number}"><NumCode>{number}</NumCode><CharCode>{code}</CharCode>'
            f"<Nominal>{nominal}</Nominal><Name>{name}</Name>"
            f"<Value>{str(value).replace('.', ',')}</Value><VunitRate>{unit}</VunitRate></Valute>"
        )
    return (
        f'<?xml version="1.0" encoding="windows-1251"?>{head}<ValCurs Date="{day:%d.%m.%Y}" '
        f'name="Foreign Currency Market">{"".join(rows)}{more}</ValCurs>'
    )


def _good(day: date) -> Answer:
    return 200, {}, xml(day_with_rates(day)).encode("windows-1251")


def _hang(day: date) -> Answer:
    time.sleep(60)
    return _good(day)


def _text(make: Callable[[date], str], encoding: str = "windows-1251") -> Callable[[date], Answer]:
    return lambda day: (200, {}, make(day).encode(encoding))


def _always(status: int, body: bytes, **headers: str) -> Callable[[date], Answer]:
    return lambda _day: (status, headers, body)


ERROR = b'<?xml version="1.0" encoding="windows-1251"?><ValCurs>Error in parameters</ValCurs>'
ODD = (
    '<Valute ID="R0"><NumCode>0</NumCode><CharCode>QQQ</CharCode><Nominal>1</Nominal>'
    "<Name>Галеоны</Name><Value>5,0000</Value></Valute>"
)
MODES: dict[str, Callable[[date], Answer]] = {
    "ok": _good,
    "timeout": _hang,
    "error": _always(500, b"Internal Server Error"),
    "redirect": _always(302, b"", Location="http://127.0.0.1:1/elsewhere"),
    "broken": lambda day: (200, {}, _good(day)[2][:700]),
    "html": _always(200, b"<html><body>Service is unavailable</body></html>"),
    # Says windows-1251 no more than it is it.
    "encoding": _text(lambda day: xml(day).replace("windows-1251", "utf-8")),
    "doctype": _text(lambda day: xml(day, head='<!DOCTYPE v [<!ENTITY x "y">]>')),
    "unknown": _text(lambda day: xml(day_with_rates(day), more=ODD)),
    "holiday": _text(lambda day: xml(day - timedelta(days=1))),
    "old": _text(lambda day: xml(day - timedelta(days=40))),
    "future": _text(lambda day: xml(day + timedelta(days=1))),
    "number": _text(lambda day: xml(day).replace("<Nominal>1<", "<Nominal>1e3<")),
    "empty": _always(200, ERROR),
    "huge": lambda day: (200, {}, b"<!-- " + b"x" * 3_000_000 + b" -->" + _good(day)[2]),
    "gzip": lambda day: (200, {"Content-Encoding": "gzip"}, _good(day)[2]),
}  # fmt: skip


class Bank(StubHandler):
    content_type = "application/xml"

    def do_GET(self) -> None:  # noqa: N802 - the name of http.server
        parts = urlsplit(self.path)
        if parts.path.startswith("/mode/"):
            type(self).mode = parts.path.removeprefix("/mode/")
            self.send(200 if self.mode in MODES else 404, {}, str(self.num_asked).encode())
            return
        type(self).num_asked += 1
        asked = parse_qs(parts.query).get("date_req", [""])[0]
        try:
            day, month, year = (int(part) for part in asked.split("/"))
            self.send(*MODES[self.mode](date(year, month, day)))
        except ValueError:
            self.send(*MODES["empty"](date.min))


if __name__ == "__main__":
    stub_serve(Bank, about=__doc__)
