"""What a form of lines says: how many of each, what instead, which are chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from b2b_apps.core.row_ids import row_id
from b2b_apps.purchasing.quantities import QuantityError, parse_quantity


@dataclass
class Asked:
    """Quantities and products by line; ``bad`` are texts that are no quantity."""

    quantities: dict[int, Decimal] = field(default_factory=dict)
    products: dict[int, int] = field(default_factory=dict)
    bad: dict[int, tuple[str, QuantityError]] = field(default_factory=dict)
    chosen: list[int] = field(default_factory=list)

    def refuse_nothing(self) -> None:
        """Have 0 be no quantity: a line that is kept has one, and is taken out otherwise."""
        for line, quantity in list(self.quantities.items()):
            if not quantity:
                del self.quantities[line]
                self.bad[line] = "0", QuantityError("nothing")


def asked_in(post: Any) -> Asked:
    """Read fields ``q-<line>``, ``o-<line>`` and ``line``; others are passed over. An empty
    quantity says nothing.
    """
    asked = Asked(chosen=_ids(post.getlist("line")))
    for name, text in _items(post):
        kind, _dash, number = name.partition("-")
        pk = row_id(number)
        if pk is None:
            continue
        if kind == "o" and (product_id := row_id(text)) is not None:
            asked.products[pk] = product_id
        elif kind == "q" and text.strip():
            try:
                asked.quantities[pk] = parse_quantity(text)
            except QuantityError as error:
                asked.bad[pk] = text[:32], error
    return asked


def _items(post: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    return list(post.items())


def _ids(texts: Sequence[str]) -> list[int]:
    return [pk for text in texts if (pk := row_id(text)) is not None]
