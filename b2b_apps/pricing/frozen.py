"""How prices came about, kept with an order: a few values for each step of a line, and once for
the order what its lists and rules were called and at which rates they were converted.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from b2b_apps.pricing.conversion import ROUBLE
from b2b_apps.pricing.goods import Goods
from b2b_apps.pricing.steps import PriceStep, steps_of

if TYPE_CHECKING:
    from b2b_apps.pricing.book import PriceBook

# For each step [kind, price, id of its list or rule, what else there is]; the end may be missing.
Kept = list[list[Any]]
# Names and rates by the ids that steps name: {"lists": {id: [...]}, "rules": {id: [...]}}.
Terms = dict[str, dict[str, list[Any]]]


class KeptRate(NamedTuple):
    """A rate that a price was converted at, before the contract's markup, and whose it was."""

    currency: str
    rate: Decimal
    day: date
    source: str


class KeptStep(NamedTuple):
    """A step as it was when the order was placed. ``name`` is of the list or rule, ``list_kind``
    tells lists apart; ``source`` is the list whose rows a reckoned one took; ``round_to`` and
    ``limit`` (cap, floor) are of a rule.
    """

    kind: str
    amount: Decimal
    price: Decimal
    name: str = ""
    list_id: int = 0
    list_kind: str = ""
    source: str = ""
    is_parents: bool = False
    rates: tuple[KeptRate, ...] = ()
    minimum: Decimal = Decimal(0)
    pack: Decimal = Decimal(0)
    rule_id: int = 0
    promo_code: str = ""
    round_to: Decimal | None = None
    limit: str = ""
    day: date | None = None


def frozen_of(book: "PriceBook", item: Goods, quantity: Decimal) -> Kept:
    """Return the steps to the price of so many base units, for a JSON column. No query."""
    return [_kept(book, item, step) for step in steps_of(book, item, quantity)]


def terms_of(book: "PriceBook", kept: Iterable[Kept]) -> Terms:
    """Return what the ids in these steps are called, for a JSON column. No query."""
    lists: set[int] = set()
    rules: set[int] = set()
    for row in kept:
        for _kind, _price, pk, *rest in row:
            (rules if _kind == "rule" else lists).add(pk)
            if rest and "source" in rest[0]:
                lists.add(rest[0]["source"])
    known = {rule.terms.pk: rule.terms for rule in book.loaded.rules}
    return {
        "lists": {str(pk): _list(book, pk) for pk in sorted(lists) if pk},
        "rules": {
            str(pk): [known[pk].name, known[pk].promo_code, _text(known[pk].round_to)]
            for pk in sorted(rules & known.keys())
        },
    }


def thawed(kept: Kept | None, terms: Terms | None) -> Sequence[KeptStep]:
    """Return the steps that JSON columns of a line and its order hold; none of a line without."""
    found: list[KeptStep] = []
    for row in kept or ():
        was = found[-1].price if found else Decimal(0)
        found.append(_step(row, terms or {}, was))
    return found


def _kept(book: "PriceBook", item: Goods, step: PriceStep) -> list[Any]:
    more: dict[str, Any] = {}
    pk = 0
    if step.price_list is not None:
        pk = step.price_list.pk
        more = _origin(book, item, pk)
    if step.tier is not None:
        tier = step.tier
        more = {"from": _text(tier.minimum_quantity), "pack": _text(tier.pack_factor or None)}
    elif step.rule is not None:
        pk = step.rule.pk
        if step.limit:
            more = {"limit": step.limit}
    if step.day is not None:
        more["day"] = step.day.isoformat()
    row = [step.kind, str(step.price), pk]
    return [*row, more] if more else row


def _origin(book: "PriceBook", item: Goods, list_id: int) -> dict[str, Any]:
    """Of which other list's rows a price was reckoned, or of the heading's."""
    column = book.loaded.columns.get(list_id)
    source_id, is_parents = (column and column.source_of(item)) or (list_id, False)
    more: dict[str, Any] = {"parents": True} if is_parents else {}
    if source_id != list_id:
        more["source"] = source_id
    return more


def _list(book: "PriceBook", pk: int) -> list[Any]:
    terms, conversion = book.loaded.tariff.lists[pk], book.loaded.conversion
    rates = []
    if terms.currency != conversion.currency:
        codes = [code for code in (terms.currency, conversion.currency) if code != ROUBLE]
        rates = [
            [code, _text(rate.rate), rate.day.isoformat(), rate.source]
            for code in codes
            if (rate := conversion.rate_of(code)) is not None
        ]
    return [terms.name, terms.kind, rates]


def _text(number: Decimal | None) -> str:
    return "" if number is None else f"{number:f}"


def _step(row: Sequence[Any], terms: Terms, was: Decimal) -> KeptStep:
    kind, text, pk, *rest = row
    more: Mapping[str, Any] = rest[0] if rest else {}
    price = Decimal(text)
    step = KeptStep(
        kind,
        price - was,
        price,
        minimum=Decimal(more.get("from") or 0),
        pack=Decimal(more.get("pack") or 0),
        is_parents=more.get("parents", False),
        limit=more.get("limit", ""),
        day=date.fromisoformat(more["day"]) if "day" in more else None,
    )
    if kind == "rule":
        name, code, round_to = terms.get("rules", {}).get(str(pk), ["", "", ""])
        return step._replace(
            name=name, rule_id=pk, promo_code=code, round_to=Decimal(round_to) if round_to else None
        )
    lists = terms.get("lists", {})
    name, list_kind, rates = lists.get(str(pk), ["", "", []])
    if source := more.get("source"):
        source_name, _kind, rates = lists.get(str(source), ["", "", []])
        step = step._replace(source=source_name)
    used = [KeptRate(c, Decimal(r), date.fromisoformat(day), who) for c, r, day, who in rates]
    return step._replace(name=name, list_id=pk, list_kind=list_kind, rates=tuple(used))
