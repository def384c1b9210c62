"""Units to count a product in: the base unit and its packs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from django.apps import apps
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from b2b_apps.assortment.selectors import seen_products
from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.quantities import QuantityError, parse_quantity, raised_to_pack

ONE = Decimal(1)
LEAST = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit to count in; ``factor`` base units each, ``key`` is empty for the base unit."""

    key: str
    name: str
    factor: Decimal
    is_chosen: bool


def pack_factor(*, context: TradeContext, product_id: int, key: str) -> Decimal:
    """Return how many base units the pack ``key`` of a product holds; 1 for no key.

    One query with a key, two if rules name sections. Raises QuantityError for what is no pack of
    this product. What the person does not see has no packs, so nobody learns of it by a guess.
    """
    if not key:
        return ONE
    if not (key.isascii() and key.isdecimal() and len(key) <= 18):
        raise QuantityError("malformed")
    is_shown = Q(parent=None) | Q(parent__is_public=True)
    seen = seen_products(context).filter(is_shown, pk=product_id, is_public=True)
    packs = apps.get_model("catalogue", "ProductUnit").objects
    pack = packs.filter(product_id=OuterRef("pk"), pk=int(key)).values("factor")
    found: list[Decimal | None] = list(seen.values_list(Subquery(pack), flat=True))
    factor = found[0] if found else ONE
    if factor is None:
        raise QuantityError("malformed")
    return factor


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

    As typed in the unit it ``was`` counted in, else what is in the basket, else the smallest
    order; whole packs of the chosen unit, raised to the multiple and the minimum (``packs``).
    """
    factors = {unit.key: unit.factor for unit in units}
    chosen = next(unit for unit in units if unit.is_chosen)
    try:
        typed = parse_quantity(params.get("quantity", ""))
        asked = typed * factors.get(params.get("was", chosen.key), chosen.factor)
    except QuantityError:
        asked = in_basket or LEAST
    num = (max(asked, LEAST) / chosen.factor).to_integral_value(ROUND_CEILING)
    whole = num * chosen.factor if chosen.factor > 1 else max(asked, LEAST)
    multiple, minimum = packs
    return raised_to_pack(whole, multiple=multiple, minimum=minimum)
