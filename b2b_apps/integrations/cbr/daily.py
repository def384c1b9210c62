"""Reads the bank's daily XML: strict, because prices hang on it.

Format: https://www.cbr.ru/development/SXML/ (ValCurs, windows-1251, decimal comma).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel import Locale
from lxml import etree

from b2b_apps.core.money import round_rate

CODE = re.compile(r"[A-Z]{3}")
NOMINAL = re.compile(r"[1-9]\d{0,6}")
NUMBER = re.compile(r"\d{1,9},\d{1,12}|\d{1,9}")
DAY = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")
ENCODINGS = {"windows-1251", "utf-8"}
ROUBLE = "RUB"
# VunitRate has few digits for cheap currencies; more than this apart is no rounding.
TOLERANCE = Decimal("0.001")


class BadRatesError(Exception):
    """The answer is not what the bank sends. ``code``: broken, doctype, encoding, root, day,
    row, twice, empty.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class DailyRates:
    """Roubles per unit by currency, eight decimals; ``unknown`` are codes that no currency has."""

    day: date
    rates: Mapping[str, Decimal]
    unknown: tuple[str, ...] = ()


def daily_rates(body: bytes) -> DailyRates:
    """Read an answer. One bad row refuses all of it: half a table of rates is worse than none.

    Raises BadRatesError.
    """
    root = _root(body)
    if root.tag != "ValCurs":
        raise BadRatesError("root", str(root.tag)[:40])
    known = Locale("en").currencies
    rates: dict[str, Decimal] = {}
    unknown: list[str] = []
    for row in root.findall("Valute"):
        code, rate = _row(row)
        if code in rates or code in unknown:
            raise BadRatesError("twice", code)
        if code in known and code != ROUBLE:
            rates[code] = rate
        else:
            unknown.append(code)
    if not rates:
        raise BadRatesError("empty", (root.text or "").strip()[:80])
    return DailyRates(_day(root.get("Date", "")), rates, tuple(unknown))


def _root(body: bytes) -> Any:
    if b"\0" in body:
        # UTF-16 would hide a DOCTYPE from the next line.
        raise BadRatesError("encoding", "NUL")
    if b"<!DOCTYPE" in body.upper():
        raise BadRatesError("doctype")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise BadRatesError("broken", str(error)[:200]) from error
    encoding = (root.getroottree().docinfo.encoding or "").lower()
    if encoding not in ENCODINGS:
        raise BadRatesError("encoding", encoding)
    return root


def _day(text: str) -> date:
    found = DAY.fullmatch(text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else _bad_day(text)
    except ValueError:
        return _bad_day(text)


def _bad_day(text: str) -> date:
    raise BadRatesError("day", text[:20])


def _row(row: Any) -> tuple[str, Decimal]:
    """Return (currency, roubles per unit) of a Valute."""
    code = (row.findtext("CharCode") or "").strip()
    nominal = (row.findtext("Nominal") or "").strip()
    value = (row.findtext("Value") or "").strip()
    if not (CODE.fullmatch(code) and NOMINAL.fullmatch(nominal) and NUMBER.fullmatch(value)):
        raise BadRatesError("row", f"{code[:10]} {nominal[:10]} {value[:20]}")
    exact = Decimal(value.replace(",", ".")) / int(nominal)
    rate = round_rate(exact)
    per_unit = (row.findtext("VunitRate") or "").strip()
    if not rate or (per_unit and not _agrees(per_unit, exact)):
        raise BadRatesError("row", f"{code} {value[:20]} {per_unit[:20]}")
    return code, rate


def _agrees(per_unit: str, exact: Decimal) -> bool:
    """Whether the bank's own rate per unit is ours. It may be written as 2,31E-04."""
    if not re.fullmatch(r"\d{1,9}(,\d{1,12})?(E-\d{1,2})?", per_unit):
        return False
    given = Decimal(per_unit.replace(",", "."))
    return abs(given - exact) <= exact * TOLERANCE
