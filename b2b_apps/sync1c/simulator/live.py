"""1C's HTTP service of prices (docs/connect-1c.md, «Prices live»), for the demo and for tests.

Answers from the files of the infobase; for one good in five 1C means something else than it has
sent, so that the portal has differences to show. ``/stub/mode/NAME`` makes it misbehave from then
on (``MODES``), ``/stub/say`` takes lines by good that it shall answer with.
"""

import base64
import json
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from b2b_apps.sync1c.commerceml.reader import read
from b2b_apps.sync1c.commerceml.records import CounterpartyRecord, OfferRecord, PriceTypeRecord
from b2b_apps.sync1c.simulator.base import Infobase

PATH = "/hs/b2b/v1/prices"
CENT = Decimal("0.01")
DEARER, CHEAPER = Decimal("1.043"), Decimal("0.97")
Line = dict[str, Any]


@dataclass
class Book:
    """What the base knows of prices: by good and price type, and whose contract has which types."""

    prices: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    contracts: dict[str, tuple[str, list[str], str]] = field(default_factory=dict)
    with_vat: dict[str, bool] = field(default_factory=dict)
    stock: Callable[[str], Decimal | None] = lambda _good: None

    def line(self, contract: str, party: str, good: str) -> Line:
        """Answer one line; the number of it is the caller's."""
        owner, types, currency = self.contracts.get(contract, ("", [], ""))
        found = next((t for t in types if t in self.prices.get(good, {})), None)
        if owner != party or good not in self.prices:
            return {"refusal": "unknown"}
        if found is None:
            return {"refusal": "no_price"}
        chance = zlib.crc32(good.encode()) % 20
        price = self.prices[good][found]
        if chance in {0, 1}:
            price = (price * DEARER).quantize(CENT)
        elif chance == 2:
            price = (price * CHEAPER).quantize(CENT)
        elif chance == 3 and len(good) % 2:
            return {"refusal": "not_for_sale"}
        free = self.stock(good)
        if free is not None and chance == 4:
            free = free // 10
        return {
            "price": f"{price:f}",
            "with_vat": self.with_vat.get(found, True),
            "currency": currency,
            "free": None if free is None else f"{free:f}",
        }


def book_of(folder: Path) -> Book:
    """Read the files of an infobase."""
    base = Infobase(folder)
    book = Book(stock=lambda good: sum(base.stock_of(good).values(), Decimal(0)))
    for file in base.catalogue():
        for record in read(file):
            if isinstance(record, PriceTypeRecord) and record.includes_vat is not None:
                book.with_vat[record.external_id] = record.includes_vat
            elif isinstance(record, OfferRecord):
                mine = book.prices.setdefault(record.external_id, {})
                for price in record.prices or ():
                    if not price.minimum_quantity and price.factor == 1:
                        mine[price.price_type_id] = price.amount
            elif isinstance(record, CounterpartyRecord):
                for contract in record.contracts:
                    types = [contract.own_price_type_id, contract.price_type_id]
                    book.contracts[contract.external_id] = (
                        record.external_id, [t for t in types if t], contract.currency or "RUB",
                    )  # fmt: skip
    base.directory()
    return book


Answer = tuple[int, dict[str, str], bytes]
GOOD = {"price": "1", "with_vat": True, "currency": "RUB"}


def _lines(change: Callable[[list[Line]], Any]) -> Callable[[Any], Answer]:
    """A good answer with its lines spoilt."""

    def make(plain: Any) -> Answer:
        return _json({**plain, "lines": change(plain["lines"])})

    return make


def _each(**values: Any) -> Callable[[Any], Answer]:
    return _lines(lambda lines: [{**line, **values} for line in lines])


def _json(plain: Any) -> Answer:
    return 200, {}, json.dumps(plain, ensure_ascii=False).encode()


def _always(status: int, body: bytes = b"", **headers: str) -> Callable[[Any], Answer]:
    return lambda _plain: (status, headers, body)


def _slow(plain: Any) -> Answer:
    time.sleep(8)
    return _json(plain)


MODES: dict[str, Callable[[Any], Answer]] = {
    "ok": _json,
    "bom": lambda plain: (200, {}, b"\xef\xbb\xbf" + _json(plain)[2]),
    "slow": _slow,
    "drip_head": _json,
    "drip_body": _json,
    "hang_up": _json,
    "error": _always(500, b"Internal Server Error"),
    "busy": _always(429),
    "not_found": _always(404),
    "bad_request": _always(400),
    "redirect": _always(302, Location="http://127.0.0.1:1/elsewhere"),
    "broken": lambda plain: (200, {}, _json(plain)[2][:-9]),
    "html": _always(200, b"<html><body>1C is being updated</body></html>"),
    "cp1251": lambda _plain: (200, {}, '{"version": 1, "lines": "Ж"}'.encode("cp1251")),
    "deep": _always(200, b"[" * 200_000),
    "huge": _always(200, b" " * 3_000_000),
    "gzip": lambda plain: (200, {"Content-Encoding": "gzip"}, _json(plain)[2]),
    "list": lambda plain: _json(plain["lines"]),
    "version": lambda plain: _json({**plain, "version": 2}),
    "no_lines": lambda plain: _json({"version": plain["version"]}),
    "missing": _lines(lambda lines: lines[1:]),
    "twice": _lines(lambda lines: [*lines, lines[0]]),
    "foreign": _lines(lambda lines: [*lines, {**GOOD, "line": len(lines) + 1}]),
    "text_line": _lines(lambda lines: [{**line, "line": str(line["line"])} for line in lines]),
    "true_line": _lines(lambda lines: [{**lines[0], "line": True}, *lines[1:]]),
    "null_price": _each(price=None),
    "true_price": _each(price=True),
    "word_price": _each(price="дорого"),
    "comma_price": _each(price="10,50"),
    "nan_price": _each(price=float("nan")),
    "exponent": _each(price=1e40),
    "negative": _each(price="-1"),
    "zero": _each(price="0"),
    "endless": _each(price="1" * 40),
    "no_vat_flag": _each(with_vat="да"),
    "currency": _each(currency="руб."),
    "free_word": _each(free="много"),
    "odd_refusal": _lines(lambda lines: [{"line": n["line"], "refusal": "?"} for n in lines]),
    "both": _each(refusal="unknown"),
}  # fmt: skip


class Service(BaseHTTPRequestHandler):
    """The web server of the base. ``said`` are lines by good that tests have put in."""

    mode = "ok"
    book = Book()
    said: Mapping[str, Line] = {}
    asked: list[Any] = []
    basic = ""

    def do_GET(self) -> None:
        if self.path.startswith("/stub/mode/"):
            type(self).mode = self.path.removeprefix("/stub/mode/")
            self._send(200 if self.mode in MODES else 404, {}, b"{}")
        elif self.path == "/stub/asked":
            self._send(*_json(self.asked))
        else:
            self._send(404, {}, b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.path == "/stub/say":
            type(self).said, type(self).asked = json.loads(body), []
            self._send(200, {}, b"{}")
        elif not self.path.endswith(PATH):
            self._send(404, {}, b"")
        elif self.headers.get("Authorization") != self.basic:
            self._send(401, {"WWW-Authenticate": 'Basic realm="1C"'}, b"")
        else:
            plain = json.loads(body)
            self.asked.append(plain)
            self._answer(MODES[self.mode](self._good(plain)))

    def _good(self, plain: Any) -> Any:
        return {"version": 1, "lines": [self._line(plain, line) for line in plain["lines"]]}

    def _line(self, plain: Any, line: Any) -> Line:
        good = "#".join(filter(None, (line["product"], line["characteristic"])))
        found = self.said.get(good)
        return {
            "line": line["line"],
            **(found or self.book.line(plain["contract"], plain["counterparty"], good)),
        }

    def _answer(self, answer: Answer) -> None:
        status, headers, body = answer
        if self.mode == "hang_up":
            self.close_connection = True
            self.connection.close()
        elif self.mode == "drip_head":
            for byte in b"HTTP/1.0 200 OK\r\n" + b"X-Drop: x\r\n" * 10:
                self.wfile.write(bytes([byte]))
                time.sleep(0.1)
        elif self.mode == "drip_body":
            self.send_response(status)
            self.end_headers()
            for byte in body:
                self.wfile.write(bytes([byte]))
                time.sleep(0.1)
        else:
            self._send(status, headers, body)

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, ValueError):
            # The portal has given up, as it should.
            return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return


def serve(*, port: int, user: str, password: str, folder: Path | None) -> ThreadingHTTPServer:
    """Return a server that is listening; ``serve_forever`` is the caller's."""
    if folder is not None and folder.is_dir():
        Service.book = book_of(folder)
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    Service.basic = f"Basic {pair}"
    return ThreadingHTTPServer(("127.0.0.1", port), Service)
