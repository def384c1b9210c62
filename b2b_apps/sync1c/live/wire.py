"""The question and the answer as JSON: docs/connect-1c.md, «Prices live».

An answer is read whole or not at all: prices hang on it.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from b2b_apps.pricing.typed import MOST_MONEY
from b2b_apps.sync1c.live.errors import LiveError

VERSION = 1
UNKNOWN, NO_PRICE, NOT_FOR_SALE = "unknown", "no_price", "not_for_sale"
REFUSALS = frozenset({UNKNOWN, NO_PRICE, NOT_FOR_SALE})
NUMBER = re.compile(r"-?\d{1,11}(\.\d{1,10})?")
CURRENCY = re.compile(r"[A-Z]{3}")
MOST_STOCK = Decimal(10) ** 11


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A product by its name in 1C, «guid» or «guid#guid», and base units of it."""

    name: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """What 1C says of a line: the price of one base unit, or a ``refusal``.

    ``free`` is its free stock in base units, None if it does not say.
    """

    price: Decimal | None = None
    with_vat: bool = True
    currency: str = ""
    free: Decimal | None = None
    refusal: str = ""


def question(*, contract: str, counterparty: str, lines: Sequence[AskedLine]) -> bytes:
    """Return the body of a question; lines are numbered from 1 on."""
    plain = {
        "version": VERSION,
        "contract": contract,
        "counterparty": counterparty,
        "lines": [_asked(number, line) for number, line in enumerate(lines, start=1)],
    }
    return json.dumps(plain, ensure_ascii=False).encode()


def _asked(number: int, line: AskedLine) -> dict[str, Any]:
    product, _, characteristic = line.name.partition("#")
    return {
        "line": number,
        "product": product,
        "characteristic": characteristic,
        "quantity": f"{line.quantity.normalize():f}",
    }


def answer(body: bytes, *, num_lines: int) -> Sequence[AnsweredLine]:
    """Read an answer: every line that was asked for, once, in that order. Raises LiveError."""
    plain = _plain(body)
    if not isinstance(plain, dict) or plain.get("version") != VERSION:
        raise _bad("version")
    rows = plain.get("lines")
    if not isinstance(rows, list):
        raise _bad("lines")
    found: dict[int, AnsweredLine] = {}
    for row in rows:
        number = row.get("line") if isinstance(row, dict) else None
        if type(number) is not int or not 1 <= number <= num_lines or number in found:
            raise _bad(f"line {str(number)[:20]}")
        found[number] = _line(row, number)
    if len(found) != num_lines:
        raise _bad(f"{num_lines - len(found)} missing")
    return [found[number] for number in range(1, num_lines + 1)]


def _plain(body: bytes) -> Any:
    try:
        # 1C writes a mark of the byte order before UTF-8 unless it is told not to.
        return json.loads(body.decode("utf-8-sig"), parse_float=str, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise _bad(type(error).__name__) from error


def _refuse(text: str) -> None:
    raise ValueError(text)


def _line(row: dict[str, Any], number: int) -> AnsweredLine:
    free = row.get("free")
    stock = None if free is None else max(Decimal(0), _number(free, number))
    if "refusal" in row:
        if row["refusal"] not in REFUSALS or row.get("price") is not None:
            raise _bad(f"refusal of {number}")
        return AnsweredLine(refusal=row["refusal"], free=stock)
    price, with_vat, currency = (row.get(name) for name in ("price", "with_vat", "currency"))
    amount = _number(price, number)
    if not 0 < amount < MOST_MONEY or type(with_vat) is not bool:
        raise _bad(f"price of {number}")
    if not isinstance(currency, str) or not CURRENCY.fullmatch(currency):
        raise _bad(f"currency of {number}")
    return AnsweredLine(amount, with_vat, currency, stock)


def _number(value: Any, number: int) -> Decimal:
    """A number, or one written as a text: with a point, without an exponent."""
    text = str(value) if type(value) in {int, str} else ""
    if not text.isascii() or not NUMBER.fullmatch(text) or abs(Decimal(text)) >= MOST_STOCK:
        raise _bad(f"number in {number}")
    return Decimal(text)


def _bad(what: str) -> LiveError:
    return LiveError("answer", what)
