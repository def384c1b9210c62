"""``python -m b2b_apps.integrations.dadata.stub``: a DaData for demo and tests, in its own process.

Suggests addresses of a few cities; ``/mode/NAME`` makes it misbehave from then on (``MODES``).
Knows nothing of Django.
"""

import json
import time
from typing import Any

from b2b_apps.integrations.stubs import StubHandler, stub_serve

KEY = "demo-key"
CITIES = (
    ("125009", "", "г Москва"), ("190000", "", "г Санкт-Петербург"),
    ("344000", "Ростовская обл", "г Ростов-на-Дону"), ("346720", "Ростовская обл", "г Аксай"),
    ("346780", "Ростовская обл", "г Азов"), ("347900", "Ростовская обл", "г Таганрог"),
    ("350000", "Краснодарский край", "г Краснодар"),
    ("353900", "Краснодарский край", "г Новороссийск"), ("354000", "Краснодарский край", "г Сочи"),
    ("394000", "Воронежская обл", "г Воронеж"), ("142100", "Московская обл", "г Подольск"),
)  # fmt: skip
STREETS = (
    "ул Ленина", "пр-кт Мира", "ул Доватора", "ул Шолохова", "ул Тверская", "ул Садовая",
    "ул Промышленная", "ул Уральская", "ул Заводская", "пр-кт Победы",
)  # fmt: skip
MODES = ("ok", "error", "slow", "locked", "broken", "odd", "html")


def suggested(query: str, count: int) -> list[dict[str, Any]]:
    """Addresses that have a word beginning with each word of the query; its number as a house."""
    words = query.casefold().replace(",", " ").replace(".", " ").split()
    house = next((word for word in words if word.isdigit() and len(word) < 4), "")
    words = [word for word in words if word != house and len(word) > 1]
    found = []
    for postcode, region, city in CITIES:
        for street in STREETS:
            parts = [part for part in (region, city, street) if part]
            known = " ".join([postcode, *parts]).casefold().replace("-", " ").split()
            known += " ".join(parts).casefold().split()
            if all(any(name.startswith(word) for name in known) for word in words):
                value = ", ".join([*parts, *([f"д {house}"] if house else [])])
                found.append(
                    {"value": value, "unrestricted_value": f"{postcode}, {value}",
                     "data": {"postal_code": postcode}}
                )  # fmt: skip
    return found[:count]


class Suggestions(StubHandler):
    def do_GET(self) -> None:  # noqa: N802 - the name of http.server
        type(self).mode = self.path.removeprefix("/mode/")
        self.send(200 if self.mode in MODES else 404, {}, str(self.num_asked).encode())

    def do_POST(self) -> None:  # noqa: N802 - the name of http.server
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
        type(self).num_asked += 1
        if self.mode == "locked" or self.headers.get("Authorization") != f"Token {KEY}":
            self.send(403, {}, b'{"message": "Forbidden"}')
            return
        if self.mode == "slow":
            time.sleep(10)
        rows = suggested(body["query"], body.get("count", 10))
        said = json.dumps({"suggestions": rows}, ensure_ascii=False).encode()
        odd = [{"value": 5, "unrestricted_value": None}, {"value": "a\nb"}, "x"]
        bodies = {
            "error": b"Internal Server Error",
            "broken": said[: len(said) // 2],
            "odd": json.dumps({"suggestions": odd}).encode(),
            "html": b"<html>",
        }
        self.send(500 if self.mode == "error" else 200, {}, bodies.get(self.mode, said))


if __name__ == "__main__":
    stub_serve(Suggestions, about=__doc__)
