"""Bodies of СДЭК's API, version 2: what is sent, and a strict reading of what comes.

Source: the carrier's documentation (apidoc.cdek.ru); sums are in roubles, weights in grams.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.dateparse import parse_datetime

from b2b_apps.delivery.carriers.interface import CarrierError, Piece, Route, Tariff

# An order of the kind "delivery", not "online shop": no goods are sold at the door.
ORDER_TYPE = 2
ROUBLES = 1
MOST_DAYS = 365
MOST_PRICE = Decimal(100_000_000)


@dataclass(frozen=True, slots=True)
class City:
    """A city of the directory."""

    code: int
    name: str
    region: str


@dataclass(frozen=True, slots=True)
class Point:
    """A delivery point of the directory that hands out."""

    code: str
    city_code: int
    name: str
    address: str
    hours: str
    max_kg: Decimal | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a consignment has come: its number and statuses, the oldest first."""

    number: str
    statuses: Sequence[Mapping[str, str]]
    refusal: str


def read_json(body: bytes) -> Any:
    """Return what a body holds, numbers as Decimal. Raises CarrierError (answer)."""
    try:
        return json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise CarrierError("answer", str(error)[:120]) from error


def token_from(body: bytes) -> tuple[str, int]:
    """Return the token and for how many seconds it holds."""
    found = _object(read_json(body))
    token, seconds = found.get("access_token"), found.get("expires_in")
    if not isinstance(token, str) or not token or not isinstance(seconds, int):
        raise CarrierError("answer", "token")
    return token, seconds


def route_body(route: Route) -> bytes:
    """The question for all tariffs of a route."""
    return json_bytes(
        {
            "type": ORDER_TYPE,
            "currency": ROUBLES,
            "lang": "rus",
            "from_location": {"code": route.from_city},
            "to_location": {"code": route.to_city},
            "packages": [piece_body(piece) for piece in route.pieces],
        }
    )


def piece_body(piece: Piece) -> dict[str, Any]:
    return {
        "weight": piece.weight_g,
        "length": piece.length_cm,
        "width": piece.width_cm,
        "height": piece.height_cm,
    }


def tariffs_from(body: bytes) -> list[Tariff]:
    """Read an answer; nothing offered is an empty list, said with an error or without."""
    found = _object(read_json(body))
    rows = found.get("tariff_codes") or []
    if not isinstance(rows, list):
        raise CarrierError("answer", "tariff_codes")
    return [_tariff(_object(row)) for row in rows]


def _tariff(row: Mapping[str, Any]) -> Tariff:
    code, low, high = row.get("tariff_code"), row.get("period_min"), row.get("period_max")
    price = _decimal(row.get("delivery_sum"))
    if not (isinstance(code, int) and isinstance(low, int) and isinstance(high, int)):
        raise CarrierError("answer", "tariff")
    if price is None or not 0 < price < MOST_PRICE or not 0 <= low <= high <= MOST_DAYS:
        raise CarrierError("answer", f"tariff {code}")
    return Tariff(code, price, low, high)


def cities_from(body: bytes) -> list[City]:
    """Read a page of the directory of cities; a row without code or name is left out."""
    found = []
    for row in _rows(body):
        code, name = row.get("code"), row.get("city")
        if isinstance(code, int) and 0 < code < 2**31 and isinstance(name, str) and name.strip():
            found.append(City(code, name.strip()[:255], str(row.get("region") or "")[:255]))
    return found


def points_from(body: bytes) -> tuple[list[Point], int]:
    """Read a page of the directory of points: those that hand out to people, of all rows."""
    rows = _rows(body)
    found = []
    for row in rows:
        place = row.get("location")
        code = row.get("code")
        if not isinstance(place, dict) or not isinstance(code, str) or not row.get("is_handout"):
            continue
        city, address = place.get("city_code"), str(place.get("address") or "")
        if isinstance(city, int) and 0 < city < 2**31 and address and len(code) <= 32:
            found.append(
                Point(
                    code,
                    city,
                    str(row.get("name") or "")[:255],
                    address[:255],
                    str(row.get("work_time") or "")[:255],
                    _decimal(row.get("weight_max")) or None,
                )
            )
    return found, len(rows)


def uuid_from(body: bytes) -> str:
    """The carrier's name of an order that it has taken to look at."""
    entity = _object(_object(read_json(body)).get("entity"))
    uuid = entity.get("uuid")
    if not isinstance(uuid, str) or not 0 < len(uuid) <= 64:
        raise CarrierError("answer", "uuid")
    return uuid


def progress_from(body: bytes) -> Progress:
    """How far an order has come; a refusal in the carrier's words."""
    found = _object(read_json(body))
    entity = found.get("entity")
    entity = entity if isinstance(entity, dict) else {}
    refusal = ""
    for request in found.get("requests") or []:
        if isinstance(request, dict) and request.get("state") == "INVALID":
            refusal = refusal or errors_said(request)
    statuses = [_status(row) for row in entity.get("statuses") or [] if isinstance(row, dict)]
    # The newest comes first, and not always.
    statuses.sort(key=lambda row: row["at"])
    return Progress(str(entity.get("cdek_number") or "")[:64], statuses, refusal)


def _status(row: Mapping[str, Any]) -> Mapping[str, str]:
    at = _moment(str(row.get("date_time") or ""))
    return {
        "code": str(row.get("code") or "")[:64],
        "name": str(row.get("name") or "")[:255],
        "at": at.isoformat() if at else "",
        "city": str(row.get("city") or "")[:255],
    }


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def hook_uuid(body: bytes) -> str:
    """The order that a piece of news is about; "" if it is about none."""
    try:
        found = _object(read_json(body))
    except CarrierError:
        return ""
    uuid = found.get("uuid")
    return uuid if found.get("type") == "ORDER_STATUS" and isinstance(uuid, str) else ""


def errors_said(found: Mapping[str, Any]) -> str:
    """What an answer says is wrong, in the carrier's words."""
    errors = found.get("errors")
    rows = [row for row in errors if isinstance(row, dict)] if isinstance(errors, list) else []
    return "; ".join(str(row.get("message") or row.get("code") or "") for row in rows)[:400]


def refusal_from(body: bytes) -> str:
    """What the body of an error says: its errors may stand apart or with a request."""
    try:
        found = _object(read_json(body))
    except CarrierError:
        return ""
    said = errors_said(found)
    for request in found.get("requests") or []:
        if isinstance(request, dict):
            said = said or errors_said(request)
    return said


def json_bytes(value: Any) -> bytes:
    """A body to send."""
    return json.dumps(value, ensure_ascii=False).encode()


def _rows(body: bytes) -> list[dict[str, Any]]:
    found = read_json(body)
    if not isinstance(found, list):
        raise CarrierError("answer", "list")
    return [row for row in found if isinstance(row, dict)]


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise CarrierError("answer", "object")
    return value


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
