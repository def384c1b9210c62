"""``python -m b2b_apps.integrations.cdek.stub``: a СДЭК for demo and tests, in its own process.

Speaks version 2 of the API as documented; ``/mode/NAME`` makes it misbehave from then on
(``MODES``), ``/move/NUMBER`` moves a consignment one status on. Prices follow from distance and
weight alone. Knows nothing of Django.
"""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from b2b_apps.integrations.stubs import StubHandler, stub_serve

CLIENT, SECRET = "demo-account", "demo-secret"
# Code, name, region, how far from Rostov in hundreds of km, how many points.
CITIES = (
    (44, "Москва", "Москва", 11, 60),
    (137, "Санкт-Петербург", "Санкт-Петербург", 18, 40),
    (438, "Ростов-на-Дону", "Ростовская область", 0, 24),
    (435, "Краснодар", "Краснодарский край", 3, 18),
    (430, "Новороссийск", "Краснодарский край", 4, 6),
    (1085, "Сочи", "Краснодарский край", 6, 9),
    (1081, "Таганрог", "Ростовская область", 1, 4),
    (1086, "Азов", "Ростовская область", 1, 2),
    (1082, "Аксай", "Ростовская область", 0, 2),
    (1083, "Батайск", "Ростовская область", 0, 2),
    (1084, "Волгодонск", "Ростовская область", 2, 3),
    (1087, "Шахты", "Ростовская область", 1, 3),
    (1088, "Новочеркасск", "Ростовская область", 1, 3),
    (424, "Воронеж", "Воронежская область", 6, 8),
    (426, "Волгоград", "Волгоградская область", 5, 8),
    (444, "Ставрополь", "Ставропольский край", 4, 6),
    (428, "Казань", "Республика Татарстан", 15, 12),
    (256, "Уфа", "Республика Башкортостан", 18, 10),
    (250, "Екатеринбург", "Свердловская область", 21, 14),
    (270, "Новосибирск", "Новосибирская область", 36, 16),
    (414, "Нижний Новгород", "Нижегородская область", 13, 10),
    (420, "Пермь", "Пермский край", 20, 8),
    (430002, "Подольск", "Московская область", 11, 4),
    (430003, "Химки", "Московская область", 11, 4),
    # Namesakes, as a directory of a hundred thousand places has them.
    (430101, "Москва", "Тверская область", 12, 0),
    (430102, "Киров", "Кировская область", 17, 4),
    (430103, "Киров", "Калужская область", 10, 1),
)
STREETS = (
    "ул. Ленина", "пр-т Мира", "ул. Гагарина", "ул. Советская", "ул. Садовая", "ул. Заводская",
    "пр-т Победы", "ул. Пушкинская", "ул. Кирова", "ул. Промышленная",
)  # fmt: skip
# Code, name, mode, roubles to begin with, per kg, per 100 km, days.
TARIFFS = (
    (480, "Экспресс дверь-дверь", 1, 690, 21, 24, (1, 3)),
    (481, "Экспресс дверь-склад", 2, 520, 17, 20, (1, 3)),
    (482, "Экспресс склад-дверь", 3, 560, 19, 22, (1, 3)),
    (483, "Экспресс склад-склад", 4, 390, 15, 18, (1, 3)),
)
STEPS = (
    ("ACCEPTED", "Принят"),
    ("CREATED", "Создан"),
    ("RECEIVED_AT_SHIPMENT_WAREHOUSE", "Принят на склад отправителя"),
    ("TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY", "Сдан перевозчику в г. отправителе"),
    ("ACCEPTED_AT_PICK_UP_POINT", "Принят на склад до востребования"),
    ("DELIVERED", "Вручен"),
)
BY_CODE = {city[0]: city for city in CITIES}
Answer = tuple[int, dict[str, str], bytes]


def as_json(value: Any, status: int = 200) -> Answer:
    return status, {}, json.dumps(value, ensure_ascii=False).encode()


def errors(status: int, *found: tuple[str, str]) -> Answer:
    return as_json({"errors": [{"code": code, "message": text} for code, text in found]}, status)


def cities(query: dict[str, str]) -> Answer:
    rows = [
        {"code": code, "city": name, "region": region, "country_code": "RU", "country": "Россия"}
        for code, name, region, _far, _num in CITIES
        if query.get("city", name) == name
    ]
    return as_json(_page(rows, query))


def points(query: dict[str, str]) -> Answer:
    rows = []
    for code, name, region, _far, num in CITIES:
        for n in range(num):
            street = STREETS[n % len(STREETS)]
            rows.append(
                {
                    "code": f"P{code}-{n + 1}",
                    "name": f"На {street}",
                    "type": "POSTAMAT" if n % 5 == 4 else "PVZ",
                    "work_time": "Пн-Пт 09:00-20:00, Сб-Вс 10:00-18:00",
                    "is_handout": True,
                    "is_reception": n % 5 != 4,
                    # A locker takes less than a shop.
                    "weight_max": 15.0 if n % 5 == 4 else 200.0,
                    "location": {
                        "country_code": "RU",
                        "region": region,
                        "city_code": code,
                        "city": name,
                        "address": f"{street}, {7 + n * 3}",
                        "address_full": f"Россия, {region}, {name}, {street}, {7 + n * 3}",
                    },
                }
            )
    return as_json(_page(rows, query))


def _page(rows: list[Any], query: dict[str, str]) -> list[Any]:
    size, page = int(query.get("size", "1000")), int(query.get("page", "0"))
    return rows[size * page : size * (page + 1)]


def priced(body: dict[str, Any]) -> Answer:
    source = BY_CODE.get(body.get("from_location", {}).get("code"))
    goal = BY_CODE.get(body.get("to_location", {}).get("code"))
    if source is None or goal is None:
        return errors(400, ("v2_recipient_location_is_not_recognized", "Город не распознан"))
    kg = sum(
        max(p["weight"] / 1000, p["length"] * p["width"] * p["height"] / 5000)
        for p in body["packages"]
    )
    far = abs(source[3] - goal[3])
    rows = [
        {
            "tariff_code": code,
            "tariff_name": name,
            "tariff_description": "",
            "delivery_mode": mode,
            "delivery_sum": round(start + per_kg * kg + per_far * far, 2),
            "period_min": days[0] + far // 8,
            "period_max": days[1] + far // 6,
        }
        for code, name, mode, start, per_kg, per_far, days in TARIFFS
    ]
    return as_json({"tariff_codes": rows})


def one_priced(body: dict[str, Any]) -> Answer:
    status, headers, found = priced(body)
    if status != 200:
        return status, headers, found
    rows = json.loads(found)["tariff_codes"]
    row = next((r for r in rows if r["tariff_code"] == body.get("tariff_code")), None)
    if row is None:
        return errors(400, ("err_tariff", "Тариф недоступен"))
    insured = sum(float(s.get("parameter", 0)) for s in body.get("services", ()))
    more = {"total_sum": round(row["delivery_sum"] + insured * 0.0075, 2), "currency": "RUB"}
    return as_json({k: row[k] for k in ("delivery_sum", "period_min", "period_max")} | more)


class Orders:
    """Consignments that were taken, by the carrier's name and by ours."""

    def __init__(self) -> None:
        self.by_uuid: dict[str, dict[str, Any]] = {}

    def take(self, body: dict[str, Any]) -> Answer:
        if not (body.get("recipient") or {}).get("phones"):
            return errors(400, ("v2_field_is_empty", "[recipient.phones] is empty"))
        known = next((o for o in self.by_uuid.values() if o["number"] == body["number"]), None)
        if known:
            return errors(400, ("v2_entity_already_exists", "Заказ с таким номером уже есть"))
        name = str(uuid.uuid4())
        refused = "нет такого адреса" in body.get("to_location", {}).get("address", "")
        self.by_uuid[name] = {
            "uuid": name,
            "number": body["number"],
            "cdek_number": "" if refused else f"10{len(self.by_uuid) + 1:08d}",
            "step": 0,
            "refused": refused,
            "body": body,
        }
        request = {"request_uuid": str(uuid.uuid4()), "type": "CREATE", "state": "ACCEPTED"}
        return as_json({"entity": {"uuid": name}, "requests": [request]}, 202)

    def tell(self, order: dict[str, Any] | None) -> Answer:
        if order is None:
            return errors(400, ("v2_entity_not_found", "Заказ не найден"))
        statuses = [
            {"code": code, "name": name, "date_time": f"2026-11-26T{9 + n:02d}:00:00+0000",
             "city": "Ростов-на-Дону"}
            for n, (code, name) in enumerate(STEPS[: order["step"] + 2])
        ]  # fmt: skip
        statuses.reverse()
        request: dict[str, Any] = {"type": "CREATE", "state": "SUCCESSFUL"}
        if order["refused"]:
            statuses = [{"code": "INVALID", "name": "Некорректный заказ",
                         "date_time": "2026-11-26T09:00:00+0000", "city": ""}]  # fmt: skip
            said = {"code": "v2_address_not_found", "message": "Адрес получателя не распознан"}
            request = {"type": "CREATE", "state": "INVALID", "errors": [said]}
        entity = {"uuid": order["uuid"], "number": order["number"], "statuses": statuses}
        if order["cdek_number"]:
            entity["cdek_number"] = order["cdek_number"]
        return as_json({"entity": entity, "requests": [request]})

    def move(self, number: str) -> Answer:
        for order in self.by_uuid.values():
            if number in {order["number"], order["cdek_number"], order["uuid"]}:
                order["step"] = min(order["step"] + 1, len(STEPS) - 2)
                return as_json({"step": order["step"]})
        return 404, {}, b"{}"


def _slow(answer: Callable[[], Answer]) -> Answer:
    time.sleep(30)
    return answer()


def _cut(answer: Callable[[], Answer]) -> Answer:
    status, headers, body = answer()
    return status, headers, body[: len(body) // 2]


MODES: dict[str, Callable[[Callable[[], Answer]], Answer]] = {
    "ok": lambda answer: answer(),
    "error": lambda _answer: (500, {}, b"Internal Server Error"),
    "slow": _slow,
    "broken": _cut,
    "html": lambda _answer: (200, {}, b"<html>Service is unavailable</html>"),
    "busy": lambda _answer: errors(429, ("too_many_requests", "Слишком много запросов")),
    "negative": lambda _answer: as_json(
        {"tariff_codes": [{"tariff_code": 480, "delivery_sum": -1, "period_min": 1,
                           "period_max": 2}]}
    ),
    "nothing": lambda _answer: as_json(
        {"tariff_codes": [], "errors": [{"code": "empty", "message": "Нет тарифов"}]}
    ),
    "unknown": lambda _answer: errors(
        400, ("v2_recipient_location_is_not_recognized", "Город не распознан")
    ),
    # Answers 401 to every token but the one that was asked for after it.
    "expired": lambda answer: answer(),
    "locked": lambda answer: answer(),
}  # fmt: skip


class Carrier(StubHandler):
    protocol_version = "HTTP/1.1"
    num_tokens = 0
    orders = Orders()

    def do_GET(self) -> None:  # noqa: N802 - the name of http.server
        parts = urlsplit(self.path)
        if parts.path.startswith("/mode/"):
            self._behave(parts.path.removeprefix("/mode/"))
            return
        if parts.path.startswith("/move/"):
            self.send(*self.orders.move(parts.path.removeprefix("/move/")))
            return
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        name = parts.path.removeprefix("/v2/")
        if name == "location/cities":
            self._answer(lambda: cities(query))
        elif name == "deliverypoints":
            self._answer(lambda: points(query))
        elif name == "orders":
            number = query.get("im_number", "")
            found = [o for o in self.orders.by_uuid.values() if o["number"] == number]
            self._answer(lambda: self.orders.tell(found[0] if found else None))
        elif name.startswith("orders/"):
            order = self.orders.by_uuid.get(name.removeprefix("orders/"))
            self._answer(lambda: self.orders.tell(order))
        else:
            self.send(404, {}, b"")

    def do_POST(self) -> None:  # noqa: N802 - the name of http.server
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        name = urlsplit(self.path).path.removeprefix("/v2/")
        if name == "oauth/token":
            self._token(parse_qs(body.decode()))
            return
        found = json.loads(body)
        makers = {
            "calculator/tarifflist": priced,
            "calculator/tariff": one_priced,
            "orders": self.orders.take,
        }
        if name in makers:
            self._answer(lambda: makers[name](found))
        else:
            self.send(404, {}, b"")

    def _behave(self, mode: str) -> None:
        type(self).mode = mode
        counts = {"asked": self.num_asked, "tokens": self.num_tokens}
        self.send(*as_json(counts, 200 if mode in MODES else 404))

    def _token(self, form: dict[str, list[str]]) -> None:
        if form.get("client_id") != [CLIENT] or form.get("client_secret") != [SECRET]:
            self.send(*as_json({"error": "invalid_client"}, 401))
            return
        type(self).num_tokens += 1
        token = {"access_token": f"token-{self.num_tokens}", "token_type": "bearer",
                 "expires_in": 3599, "scope": "order:all"}  # fmt: skip
        self.send(*as_json(token))

    def _answer(self, make: Callable[[], Answer]) -> None:
        type(self).num_asked += 1
        said = self.headers.get("Authorization", "")
        is_known = said.startswith("Bearer token-")
        if self.mode == "expired":
            is_known = said == f"Bearer token-{self.num_tokens}" and self.num_tokens > 1
        if self.mode == "locked" or not is_known:
            self.send(*errors(401, ("unauthorized", "Токен недействителен")))
            return
        self.send(*MODES[self.mode](make))


if __name__ == "__main__":
    stub_serve(Carrier, about=__doc__)
