"""New stock of goods whose reserves changed, as ИзмененияПакетаПредложений."""

from datetime import datetime
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from lxml import etree
from lxml.etree import _Element

from b2b_apps.sync1c.simulator.base import Infobase
from b2b_apps.sync1c.simulator.tree import add, file_of

PACKAGE = str(uuid5(NAMESPACE_URL, "1c/offers"))


def stock_file(base: Infobase, now: datetime) -> bytes | None:
    """Return the stock of the stale goods in all their warehouses, None if there is nothing."""
    root = file_of("2.07", now)
    package = add(root, "ИзмененияПакетаПредложений")
    add(package, "Ид", f"{PACKAGE}#")
    add(package, "ИдКаталога", PACKAGE)
    offers = add(package, "Предложения")
    for good in sorted(base.stale):
        # A service has no stock.
        if free := base.stock_of(good):
            _offer(offers, good, free)
    if not len(offers):
        return None
    body: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _offer(offers: _Element, good: str, free: dict[str, Decimal]) -> None:
    nomenclature, _, characteristic = good.partition("#")
    offer = add(offers, "Предложение")
    add(offer, "Ид", nomenclature)
    if characteristic:
        add(offer, "ИдХарактеристики", characteristic)
    for place, quantity in free.items():
        row = add(offer, "Склады")
        row.set("ИдСклада", place)
        row.set("КоличествоНаСкладе", _plain(quantity))
    add(offer, "Количество", _plain(sum(free.values(), Decimal(0))))


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"
