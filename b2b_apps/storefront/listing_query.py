"""What a buyer asked of a listing: filters, order, page; all of it stands in the address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from django.http import QueryDict

SORTS = ("", "article", "name", "new", "price", "-price", "-stock")
SIZES = (24, 48, 96, 100)
VIEWS = ("table", "tiles")
MOST_VALUES = 60
LONGEST = 255
ATTRIBUTE = re.compile(r"a_([0-9]{1,18})")
CONTROLS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
AMOUNT = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,4})?")


@dataclass(frozen=True, slots=True)
class ListingQuery:
    """Filters and order as plain values; what was nonsense in the address is left out.

    ``within_id`` is a section of what a text finds.

    ``not_prices`` is what was typed for a price and is none, to be told. ``attributes`` maps
    attribute ids to the chosen values; prices are of a base unit.
    """

    text: str = ""
    within_id: int | None = None
    brands: tuple[str, ...] = ()
    attributes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    in_stock: bool = False
    at_home: bool = False
    arriving: bool = False
    warehouse_ids: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    open_attributes: tuple[int, ...] = ()
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    not_prices: tuple[str, ...] = ()
    sort: str = ""
    size: int = SIZES[0]
    page: int = 1
    view: str = VIEWS[0]
    is_all: bool = False
    wants_bars: bool = False

    @property
    def num_filters(self) -> int:
        """How many values are chosen."""
        values = len(self.brands) + sum(map(len, self.attributes.values()))
        values += len(self.warehouse_ids) + len(self.labels) + (self.within_id is not None)
        return values + self.in_stock + self.at_home + self.arriving + self.has_price

    @property
    def has_price(self) -> bool:
        return self.price_from is not None or self.price_to is not None

    def pairs(self) -> list[tuple[str, str]]:
        """The query as (name, value) pairs of its address, without the page and the view."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [("all", "1")] if self.is_all else []
        pairs += [("in", str(self.within_id))] if self.within_id is not None else []
        pairs += [("stock", "1")] if self.in_stock else []
        pairs += [("home", "1")] if self.at_home else []
        pairs += [("soon", "1")] if self.arriving else []
        pairs += [("wh", str(pk)) for pk in self.warehouse_ids]
        pairs += [("label", label) for label in self.labels]
        pairs += [("price_from", f"{self.price_from:f}")] if self.price_from is not None else []
        pairs += [("price_to", f"{self.price_to:f}")] if self.price_to is not None else []
        pairs += [("brand", brand) for brand in self.brands]
        pairs += [(f"a_{pk}", value) for pk, vs in self.attributes.items() for value in vs]
        pairs += [("more", str(pk)) for pk in self.open_attributes]
        pairs += [("sort", self.sort)] if self.sort else []
        pairs += [("size", str(self.size))] if self.size != SIZES[0] else []
        return pairs

    def address(self, *without: tuple[str, str] | str, **changes: str) -> str:
        """The query string from the first page on, some (name, value) pairs or names left out."""
        kept = [p for p in self.pairs() if p not in without and p[0] not in without]
        kept = [p for p in kept if p[0] not in changes]
        kept += [(name, value) for name, value in changes.items() if value]
        return "?" + urlencode(kept)

    def without_prices(self) -> "ListingQuery":
        """The same query of a person who may not see prices: they neither filter nor sort."""
        sort = "" if "price" in self.sort else self.sort
        return replace(self, price_from=None, price_to=None, not_prices=(), sort=sort)

    def plain(self) -> "ListingQuery":
        """The same query without what needs the index: sections of a text, warehouses, receipts,
        labels, novelty.
        """
        sort = "" if self.sort == "new" else self.sort
        found = replace(self, within_id=None, arriving=False, warehouse_ids=(), labels=())
        return replace(found, sort=sort)

    def without_filters(self) -> str:
        """The query string of the same list with no filter."""
        kept = ("q", "all", "sort", "size")
        return "?" + urlencode([p for p in self.pairs() if p[0] in kept])


def listing_query(params: QueryDict, *, view: str = "") -> ListingQuery:
    """Read a query from an address; ``view`` is the remembered one. Never raises."""
    sort = params.get("sort", "")
    size = params.get("size", "")
    page = params.get("page", "")
    wanted_view = params.get("view", view)
    return ListingQuery(
        text=clean_text(params.get("q", "")),
        within_id=next(iter(_ids(params, "in")), None),
        brands=_values(params, "brand"),
        attributes=_attributes(params),
        in_stock=params.get("stock") == "1",
        at_home=params.get("home") == "1",
        arriving=params.get("soon") == "1",
        warehouse_ids=_ids(params, "wh"),
        labels=_values(params, "label"),
        open_attributes=_ids(params, "more"),
        price_from=amount_from(params.get("price_from", "")),
        price_to=amount_from(params.get("price_to", "")),
        not_prices=_not_prices(params),
        sort=sort if sort in SORTS else "",
        size=int(size) if size in map(str, SIZES) else SIZES[0],
        page=int(page) if re.fullmatch(r"[0-9]{1,6}", page) else 1,
        view=wanted_view if wanted_view in VIEWS else VIEWS[0],
        is_all=params.get("all") == "1",
        wants_bars=params.get("bars") == "1",
    )


def clean_text(text: str, longest: int = 200) -> str:
    """The text without control characters, its spaces single, at most ``longest`` long."""
    return " ".join(CONTROLS.sub(" ", text[: longest * 4]).split())[:longest].strip()


def amount_from(text: str) -> Decimal | None:
    """The amount that ``text`` says («1 500,50»), or None."""
    plain = re.sub(r"\s", "", text[:40]).replace(",", ".")
    try:
        return Decimal(plain) if AMOUNT.fullmatch(plain) else None
    except InvalidOperation:
        return None


def _not_prices(params: QueryDict) -> tuple[str, ...]:
    typed = [clean_text(params.get(name, ""), 20) for name in ("price_from", "price_to")]
    return tuple(text for text in typed if text and amount_from(text) is None)


def _values(params: QueryDict, name: str) -> tuple[str, ...]:
    values = [CONTROLS.sub("", value)[:LONGEST] for value in params.getlist(name)[:MOST_VALUES]]
    return tuple(dict.fromkeys(value for value in values if value))


def _ids(params: QueryDict, name: str) -> tuple[int, ...]:
    return tuple(int(text) for text in _values(params, name) if re.fullmatch("[0-9]{1,15}", text))


def _attributes(params: QueryDict) -> dict[int, tuple[str, ...]]:
    found = {}
    for name in list(params)[:MOST_VALUES]:
        match = ATTRIBUTE.fullmatch(name)
        if match and (values := _values(params, name)):
            found[int(match[1])] = values
    return found
