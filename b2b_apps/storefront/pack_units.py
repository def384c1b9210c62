"""Units to count a product in: the base unit and its packs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from django.utils.translation import gettext as _

from b2b_apps.core.context import TradeContext
from b2b_apps.core.row_ids import row_id
from b2b_apps.purchasing.orderable import orderable_products
from b2b_apps.purchasing.pasted import factor_of
from b2b_apps.purchasing.quantities import QuantityError, raised_to_pack
from b2b_apps.purchasing.typed import TypedQuantity, base_units_of, typed_quantity

ONE = Decimal(1)
LEAST = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit to count in; ``factor`` base units each, ``key`` is empty for the base unit."""

    key: str
    name: str
    factor: Decimal
    is_chosen: bool


def counted_quantities(
    *, context: TradeContext, cells: Mapping[int, tuple[str, str]]
) -> tuple[Mapping[int, Decimal], Mapping[int, QuantityError]]:
    """Return base units of what was typed, and why they are none, by product; ``cells`` are texts
    with the key of the pack that each counts, if it counts none itself.

    No query if all are mere numbers, else two, three if rules name sections. What the person does
    not see has no packs and no units, so nobody learns of it by a guess.
    """
    typed: dict[int, TypedQuantity] = {}
    odd: dict[int, QuantityError] = {}
    for pk, (text, key) in cells.items():
        try:
            typed[pk] = typed_quantity(text, _pack_id(key))
        except QuantityError as error:
            odd[pk] = error
    counted = {pk: one.number for pk, one in typed.items()}
    in_packs = [pk for pk, one in typed.items() if one.unit or one.pack_id is not None]
    for pk, product in _with_packs(context, in_packs).items():
        try:
            counted[pk] = base_units_of(typed[pk], product, _pack(product, typed[pk]))
        except QuantityError as error:
            odd[pk] = error
            del counted[pk]
    return counted, odd


def counted_quantity(*, context: TradeContext, product_id: int, text: str, key: str) -> Decimal:
    """The same of one product. Raises QuantityError."""
    counted, odd = counted_quantities(context=context, cells={product_id: (text, key)})
    if odd:
        raise odd[product_id]
    return counted[product_id]


def _with_packs(context: TradeContext, product_ids: Sequence[int]) -> Mapping[int, Any]:
    if not product_ids:
        return {}
    rows = orderable_products(context=context, product_ids=product_ids)
    found: Mapping[int, Any] = rows.prefetch_related("packs").in_bulk()
    return found


def _pack_id(key: str) -> int | None:
    pack_id = row_id(key)
    if key and pack_id is None:
        raise QuantityError("malformed")
    return pack_id


def _pack(product: Any, typed: TypedQuantity) -> Any | None:
    return next((pack for pack in product.packs.all() if pack.pk == typed.pack_id), None)


def unit_choices(product: Any, key: str) -> Sequence[UnitChoice]:
    """Return the units of a product, the one of ``key`` chosen, else the base unit."""
    base = product.base_unit.short_name if product.base_unit else _("units")
    packs = [(str(p["id"]), p["name"], Decimal(p["factor"])) for p in product.pack_rows]
    rows = [("", base, ONE), *(pack for pack in packs if pack[2] != 1)]
    chosen = key if key in {row[0] for row in rows} else ""
    return [UnitChoice(k, name, factor, k == chosen) for k, name, factor in rows]


def asked_quantity(
    *,
    params: Mapping[str, str],
    units: Sequence[UnitChoice],
    packs: tuple[Decimal, Decimal],
    in_basket: Decimal | None,
) -> Decimal:
    """Return the quantity in base units that an order box speaks of.

    As typed in the unit that is written or it ``was`` counted in, else what is in the basket, else
    the smallest order; whole packs of the chosen unit, raised to the multiple and the minimum
    (``packs``).
    """
    factors = {unit.key: unit.factor for unit in units}
    chosen = next(unit for unit in units if unit.is_chosen)
    try:
        typed = typed_quantity(params.get("quantity", ""))
        was = factors.get(params.get("was", chosen.key), chosen.factor)
        asked = typed.number * (_written(typed.unit, units) if typed.unit else was)
    except QuantityError:
        asked = in_basket or LEAST
    num = (max(asked, LEAST) / chosen.factor).to_integral_value(ROUND_CEILING)
    whole = num * chosen.factor if chosen.factor > 1 else max(asked, LEAST)
    multiple, minimum = packs
    return raised_to_pack(whole, multiple=multiple, minimum=minimum)


def _written(unit: str, units: Sequence[UnitChoice]) -> Decimal:
    base = next(choice.name for choice in units if not choice.key)
    factor = factor_of(unit, base, [(choice.name, choice.factor) for choice in units if choice.key])
    if factor is None:
        raise QuantityError("unit", base)
    return factor
