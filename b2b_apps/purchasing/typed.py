"""A quantity as it is typed into a cell: so many of a unit that is written, else of what the page
counts in.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from b2b_apps.purchasing.goods import unit_of
from b2b_apps.purchasing.pasted import unit_factor
from b2b_apps.purchasing.pasted_lines import LONGEST, parted
from b2b_apps.purchasing.quantities import MAX_QUANTITY, QuantityError, parse_quantity


@dataclass(frozen=True, slots=True)
class TypedQuantity:
    """What was typed: so many of a pack, or base units; of the ``unit``, if one was written.
    ``seen`` is how many base units the person saw there before, None if that is not known.
    """

    number: Decimal
    pack_id: int | None = None
    seen: Decimal | None = None
    unit: str = ""


def typed_quantity(
    text: str, pack_id: int | None = None, seen: Decimal | None = None
) -> TypedQuantity:
    """Read a cell as a row of quick order is read: «24», «2 упак.». Raises QuantityError."""
    number, unit = parted(text.strip()[:LONGEST])
    return TypedQuantity(parse_quantity(number), pack_id, seen, unit)


def base_units_of(typed: TypedQuantity, product: Any, pack: Any | None = None) -> Decimal:
    """Base units of what was typed: of the unit that is written, else of the ``pack`` that the page
    counted in. Raises QuantityError. No query if the packs of the product were read with it.
    """
    counted = _counted(typed, product, pack)
    if counted > MAX_QUANTITY:
        raise QuantityError("too_large")
    return counted


def _counted(typed: TypedQuantity, product: Any, pack: Any | None) -> Decimal:
    if typed.unit:
        factor = unit_factor(typed.unit, product)
        if factor is None:
            unit = unit_of(product)
            raise QuantityError("unit", unit.short_name if unit else "")
        return typed.number * factor
    if typed.pack_id is None:
        return typed.number
    if pack is None or pack.pk != typed.pack_id:
        raise QuantityError("malformed")
    counted: Decimal = typed.number * pack.factor
    return counted
