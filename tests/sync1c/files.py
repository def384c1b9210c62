"""Small files of 1C for tests, built from what each test is about."""

from typing import Any

GUID = "{0:08d}-0000-4000-8000-000000000000"


def guid(number: int) -> str:
    return GUID.format(number)


def file_of(body: str, encoding: str = "utf-8", declared: str = "") -> bytes:
    """A whole file around ``body``; ``declared`` lies about the encoding."""
    return (
        f'<?xml version="1.0" encoding="{declared or encoding}"?>\n'
        '<КоммерческаяИнформация ВерсияСхемы="2.07" ДатаФормирования="2026-11-24T10:00:00">\n'
        f"{body}\n</КоммерческаяИнформация>"
    ).encode(encoding)


def goods(*rows: str, partial: bool = False) -> str:
    flag = "true" if partial else "false"
    return (
        f'<Каталог СодержитТолькоИзменения="{flag}"><Ид>c</Ид><Наименование>К</Наименование>'
        f"<Товары>\n{chr(10).join(rows)}\n</Товары></Каталог>"
    )


def vat(rate: str) -> str:
    return (
        "<СтавкиНалогов><СтавкаНалога><Наименование>НДС</Наименование>"
        f"<Ставка>{rate}</Ставка></СтавкаНалога></СтавкиНалогов>"
    )


def good(number: Any, name: str = "Автомат", inside: str = "", rate: str = "22") -> str:
    name_1c = guid(number) if isinstance(number, int) else number
    tax = vat(rate) if rate and "СтавкиНалогов" not in inside else ""
    return f"<Товар><Ид>{name_1c}</Ид><Наименование>{name}</Наименование>{inside}{tax}</Товар>"


def package(*rows: str, types: tuple[int, ...] = (901,), warehouses: tuple[int, ...] = ()) -> str:
    kinds = "".join(
        f"<ТипЦены><Ид>{guid(t)}</Ид><Наименование>Вид {t}</Наименование><Валюта>RUB</Валюта>"
        "</ТипЦены>"
        for t in types
    )
    places = "".join(
        f"<Склад><Ид>{guid(w)}</Ид><Наименование>Склад {w}</Наименование></Склад>"
        for w in warehouses
    )
    return (
        "<ПакетПредложений><Ид>p#</Ид><Наименование>П</Наименование><ИдКаталога>c</ИдКаталога>"
        f"<ТипыЦен>{kinds}</ТипыЦен><Склады>{places}</Склады>"
        f"<Предложения>\n{chr(10).join(rows)}\n</Предложения></ПакетПредложений>"
    )


def offer(number: Any, *prices: str, inside: str = "", name: str = "Автомат") -> str:
    name_1c = guid(number) if isinstance(number, int) else number
    return (
        f"<Предложение><Ид>{name_1c}</Ид><Наименование>{name}</Наименование>"
        f"<Цены>{''.join(prices)}</Цены>{inside}</Предложение>"
    )


def price(amount: str, kind: int = 901, more: str = "") -> str:
    return (
        f"<Цена><ИдТипаЦены>{guid(kind)}</ИдТипаЦены><ЦенаЗаЕдиницу>{amount}</ЦенаЗаЕдиницу>"
        f"<Валюта>RUB</Валюта>{more}</Цена>"
    )


def stock(**balances: str) -> str:
    """Balances by warehouse: ``stock(w801="5")``."""
    return "".join(
        f'<Склад ИдСклада="{guid(int(key[1:]))}" КоличествоНаСкладе="{value}"/>'
        for key, value in balances.items()
    )
