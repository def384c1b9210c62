"""What an exchange did, in words: «3 200 товаров: новых 40, без изменений 3 160»."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from b2b_apps.core.figures import quantity_text

# What the importer counts (ExchangeFile.counts), in the order in which people ask for it.
RECORDS: dict[str, Callable[[int], str]] = {
    "product": lambda n: ngettext("%(n)s product", "%(n)s products", n),
    "offer": lambda n: ngettext("%(n)s offer", "%(n)s offers", n),
    "prices": lambda n: ngettext("prices of %(n)s offer", "prices of %(n)s offers", n),
    "price": lambda n: ngettext("%(n)s price", "%(n)s prices", n),
    "stock": lambda n: ngettext("balances of %(n)s offer", "balances of %(n)s offers", n),
    "receipts": lambda n: ngettext("receipts of %(n)s offer", "receipts of %(n)s offers", n),
    "picture": lambda n: ngettext("%(n)s picture", "%(n)s pictures", n),
    "group": lambda n: ngettext("%(n)s group", "%(n)s groups", n),
    "property": lambda n: ngettext("%(n)s property", "%(n)s properties", n),
    "price_type": lambda n: ngettext("%(n)s price type", "%(n)s price types", n),
    "warehouse": lambda n: ngettext("%(n)s warehouse", "%(n)s warehouses", n),
    "region": lambda n: ngettext("%(n)s region", "%(n)s regions", n),
    "unit": lambda n: ngettext("%(n)s unit of measure", "%(n)s units of measure", n),
    "organization": lambda n: ngettext("%(n)s organization", "%(n)s organizations", n),
    "holding": lambda n: ngettext("%(n)s holding", "%(n)s holdings", n),
    "counterparty": lambda n: ngettext("%(n)s counterparty", "%(n)s counterparties", n),
    "consignee": lambda n: ngettext("%(n)s consignee", "%(n)s consignees", n),
    "contract": lambda n: ngettext("%(n)s contract", "%(n)s contracts", n),
    "credit": lambda n: ngettext("credit of %(n)s contract", "credit of %(n)s contracts", n),
    "document": lambda n: ngettext("%(n)s document", "%(n)s documents", n),
}


class CountLine(NamedTuple):
    """One kind of records of a file: how many there were, and what became of them."""

    what: str
    done: str
    is_bad: bool


def records_worded(kind: str, number: int) -> str:
    """Return «5 товаров»; a kind without a word of its own is objects."""
    text = RECORDS.get(kind, _objects)(number)
    return text % {"n": quantity_text(Decimal(number))}


def _objects(number: int) -> str:
    return ngettext("%(n)s object", "%(n)s objects", number)


def counts_worded(counts: Mapping[str, Mapping[str, int]]) -> Sequence[CountLine]:
    """Word what a file's counts count, known kinds first; nothing is said of zeros."""
    places = {kind: place for place, kind in enumerate(RECORDS)}
    kinds = sorted(counts, key=lambda kind: (places.get(kind, len(places)), kind))
    return [line for kind in kinds if (line := _line(kind, counts[kind]))]


def _line(kind: str, found: Mapping[str, int]) -> CountLine | None:
    done = ("created", "changed", "unchanged", "failed")
    total = found.get("read") or sum(found.get(name, 0) for name in done)
    if not total:
        return None
    return CountLine(
        records_worded(kind, total), ", ".join(_parts(found, total)), found.get("failed", 0) > 0
    )


def _parts(found: Mapping[str, int], total: int) -> Iterator[str]:
    if found.get("unchanged") == total:
        yield _("nothing new")
        return
    words = {
        "created": _("new %(n)s"),
        "changed": _("changed %(n)s"),
        "unchanged": _("unchanged %(n)s"),
        "failed": _("not taken %(n)s"),
    }
    for name, text in words.items():
        if number := found.get(name):
            yield text % {"n": quantity_text(Decimal(number))}
