"""Splits what is searched into parts whose price is a function of one column.

Parts are split only as far as the rows at hand ask for: a part without rows is no part.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from b2b_apps.pricing.curves import Curve
from b2b_apps.pricing.rules import Rule
from b2b_apps.pricing.streams import Asked, Position, StreamPlan, has_floor, has_price
from search.bodies.filters import all_of, any_of, each_of
from search.engines.base import Body
from search.fields import price_field
from search.live import LiveIndex
from search.merging import Stream
from search.pricing.conditions import Vocabulary, asked_clause

MOST_LEAVES = 64
NO_VAT = "-"
Count = Callable[[Sequence[Body]], Sequence[int]]


class TooManyPartsError(Exception):
    """The rules cut the catalogue into more parts than are worth a request."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Rows of one part: whose price is a function of one column. ``low`` and ``high`` are its
    bounds, one and the same where nothing but the column decides.
    """

    clause: Body
    field: str
    low: Curve
    high: Curve
    num: int

    @property
    def is_exact(self) -> bool:
        return self.low is self.high

    def within(self, query: Body) -> Stream:
        """The part of what a query finds."""
        return Stream({"bool": {"filter": [query, self.clause]}}, self.field, self.low, self.high)


@dataclass(frozen=True, slots=True)
class _Node:
    """A part that is not split to the end: ``place`` is the rule that it is asked next."""

    position: Position
    vat: Decimal | None
    filters: tuple[Body, ...]
    must_not: tuple[Body, ...]
    num: int
    has_cost: bool = False
    place: int = 0
    rules: tuple[Rule, ...] = ()
    known: dict[Asked, bool] = field(default_factory=dict)

    @property
    def clause(self) -> Body:
        return all_of(*self.filters, must_not=self.must_not)


class LeafMaker:
    """Makes the leaves of one plan. ``count`` says how many rows clauses find."""

    def __init__(
        self, *, index: LiveIndex, plan: StreamPlan, vocabulary: Vocabulary, apart: Sequence[Body],
        count: Count,
    ) -> None:  # fmt: skip
        self._slots = index.slots
        self._plan = plan
        self._vocabulary = vocabulary
        self._apart = tuple(apart)
        self._count = count

    def is_streamed(self, position: Position) -> bool:
        """Whether the index has the amounts of a place of the chain."""
        return not position.is_own and self._slots.price_slot(position.list_id) is not None

    def leaves(self) -> list[Leaf]:
        """Raises TooManyPartsError. One request for the places of the chain, one for what their
        rules ask, one more for each rule that concerns some of their rows only.
        """
        nodes = self._counted(
            node for p in self._plan.positions if self.is_streamed(p) for node in self._begun(p)
        )
        nodes = self._surveyed(nodes)
        done: list[_Node] = []
        while nodes:
            nodes = [self._advanced(node) for node in nodes]
            done += [node for node in nodes if self._next_asked(node) is None]
            nodes = self._split([node for node in nodes if self._next_asked(node) is not None])
            if len(nodes) + len(done) > MOST_LEAVES:
                raise TooManyPartsError
        priced = [node for node in done if has_price(node.rules)]
        return [leaf for node in self._by_cost(priced) for leaf in [self._leaf(node)]]

    def clause_of(self, position: Position) -> Body:
        """The rows of a place of the chain that have a price to show, but those set apart."""
        shown = ["shown", "on_request"] if position.column.is_agreed else ["shown"]
        return all_of(placed(position), any_of("visibility", shown), must_not=self._apart)

    def _begun(self, position: Position) -> Iterable[_Node]:
        # A list that got its slot just now is filled in by and by.
        slot = self._slots.price_slot(position.list_id) or 0
        filters = (self.clause_of(position), {"exists": {"field": price_field(slot)}})
        if not position.heeds_vat:
            return [_Node(position, None, filters, (), 0)]
        return [
            _Node(position, percent, (*filters, any_of("vat", written)), (), 0)
            for percent, written in _rates(self._vocabulary.vats).items()
        ]

    def _counted(self, nodes: Iterable[_Node]) -> list[_Node]:
        """The nodes that have rows."""
        all_nodes = list(nodes)
        nums = self._count([node.clause for node in all_nodes])
        return [replace(n, num=num) for n, num in zip(all_nodes, nums, strict=True) if num]

    def _surveyed(self, nodes: Sequence[_Node]) -> list[_Node]:
        """Find out at once which rules concern all rows of a node, or none."""
        asked = [
            (place, asks)
            for place, node in enumerate(nodes)
            for asks in dict.fromkeys(found.asks for found in node.position.rules if found.asks)
        ]
        clauses = [
            all_of(nodes[place].clause, asked_clause(asks, self._vocabulary))
            for place, asks in asked
        ]
        for (place, asks), num in zip(asked, self._count(clauses), strict=True):
            if num in {0, nodes[place].num}:
                nodes[place].known[asks] = num > 0
        return list(nodes)

    def _next_asked(self, node: _Node) -> Asked | None:
        """What has to be known for the next rule; None if all is."""
        if node.place >= len(node.position.rules):
            return None
        return node.position.rules[node.place].asks

    def _advanced(self, node: _Node) -> _Node:
        """Take rules as long as it is known whether they work."""
        place, rules = node.place, node.rules
        while place < len(node.position.rules):
            found = node.position.rules[place]
            works = node.known.get(found.asks) if found.asks else True
            if works is None:
                break
            place += 1
            if works:
                rules = (*rules, found.rule)
                if found.rule.is_last:
                    place = len(node.position.rules)
        return replace(node, place=place, rules=rules)

    def _split(self, nodes: Sequence[_Node]) -> list[_Node]:
        """Split each in two: rows that the next rule concerns, and the others."""
        clauses = [
            asked_clause(node.position.rules[node.place].asks, self._vocabulary) for node in nodes
        ]
        pairs = list(zip(nodes, clauses, strict=True))
        nums = self._count([all_of(node.clause, clause) for node, clause in pairs])
        found: list[_Node] = []
        for (node, clause), num in zip(pairs, nums, strict=True):
            asks = node.position.rules[node.place].asks
            if num:
                filters = (*node.filters, clause)
                found.append(
                    replace(node, filters=filters, num=num, known={**node.known, asks: True})
                )
            if node.num > num:
                must_not = (*node.must_not, clause)
                known = {**node.known, asks: False}
                found.append(replace(node, must_not=must_not, num=node.num - num, known=known))
        return found

    def _by_cost(self, nodes: Sequence[_Node]) -> list[_Node]:
        """Split nodes that a floor may stop in those that have a purchase price and the others."""
        if not self._plan.cost_ids:
            return list(nodes)
        asked = [node for node in nodes if has_floor(node.rules)]
        clause = any_of("lists", self._plan.cost_ids)
        nums = self._count([all_of(node.clause, clause) for node in asked])
        found = [node for node in nodes if not has_floor(node.rules)]
        for node, num in zip(asked, nums, strict=True):
            if num:
                found.append(replace(node, filters=(*node.filters, clause), num=num, has_cost=True))
            if node.num > num:
                must_not = (*node.must_not, clause)
                found.append(replace(node, must_not=must_not, num=node.num - num))
        return found

    def _leaf(self, node: _Node) -> Leaf:
        slot = self._slots.price_slot(node.position.list_id)
        low, high = node.position.curves(node.rules, vat_percent=node.vat, has_cost=node.has_cost)
        return Leaf(node.clause, price_field(slot or 0), low, high, node.num)


def placed(position: Position) -> Body:
    """The rows of a place of the chain: its list has them, and none before does."""
    before = each_of("lists", position.before)
    return all_of(any_of("lists", [position.list_id]), must_not=before)


def _rates(written: Iterable[str]) -> dict[Decimal | None, list[str]]:
    """VAT rates as documents write them, by per cent; nothing and 0 % change no price."""
    found: dict[Decimal | None, list[str]] = {}
    for text in written:
        percent = None if text == NO_VAT else Decimal(text)
        found.setdefault(percent or None, []).append(text)
    return found
