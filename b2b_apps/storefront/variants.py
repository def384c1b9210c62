"""Characteristics of a product as a matrix of two axes or as a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from b2b_apps.inventory.seen import SeenStock
from b2b_apps.pricing.selectors import ProductPrice
from b2b_apps.storefront.natural_order import natural_key
from b2b_apps.storefront.typed_cells import NOT_TYPED, TypedCell

AXES = 2


@dataclass(frozen=True, slots=True)
class Variant:
    """A characteristic that can be bought; quantities in base units. ``typed`` was refused."""

    id: int
    article: str
    characteristic: str
    price: ProductPrice | None
    availability: str
    free: SeenStock
    quantity: Decimal | None
    multiple: Decimal
    minimum: Decimal
    typed: TypedCell = NOT_TYPED
    # Asked for by the address of the card.
    is_chosen: bool = False

    @property
    def name(self) -> str:
        """The field of its quantity in the form."""
        return f"p-{self.id}"

    @property
    def can_be_bought(self) -> bool:
        return self.price is not None and bool(self.free or self.quantity)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A row of the matrix: its heading, the price if all cells share one, a cell per column."""

    label: str
    cells: Sequence[Variant | None]

    @property
    def price(self) -> ProductPrice | None:
        prices = [cell.price for cell in self.cells if cell and cell.price]
        return min(prices, key=lambda price: price.amount, default=None)

    @property
    def availability(self) -> str:
        """Why the row has no price: what one of its cells says."""
        return next((cell.availability for cell in self.cells if cell), "")

    @property
    def has_many_prices(self) -> bool:
        return len({cell.price.amount for cell in self.cells if cell and cell.price}) > 1


@dataclass(frozen=True, slots=True)
class VariantTable:
    """All characteristics; ``columns`` and ``rows`` only where there are two axes."""

    variants: Sequence[Variant]
    columns: Sequence[str] = ()
    rows: Sequence[MatrixRow] = ()

    @property
    def is_matrix(self) -> bool:
        return bool(self.rows)

    @property
    def chosen(self) -> Variant | None:
        return next((variant for variant in self.variants if variant.is_chosen), None)

    @property
    def num_to_buy(self) -> int:
        return sum(1 for variant in self.variants if variant.can_be_bought)


def variant_table(variants: Sequence[Variant]) -> VariantTable:
    """Return a matrix if every characteristic has two values («1,5; белый») that tell it apart,
    else a list in natural order. The axis with fewer values heads the columns.
    """
    ordered = sorted(variants, key=lambda variant: natural_key(variant.characteristic))
    split = {variant.id: _axes(variant.characteristic) for variant in ordered}
    if any(len(axes) != AXES for axes in split.values()) or len(set(split.values())) < len(ordered):
        return VariantTable(ordered)
    first, second = (_values(split, place) for place in range(AXES))
    if len(first) < AXES or len(second) < AXES:
        return VariantTable(ordered)
    across = 0 if len(first) < len(second) else 1
    columns = (first, second)[across]
    cells = {(split[v.id][1 - across], split[v.id][across]): v for v in ordered}
    rows = [
        MatrixRow(label, [cells.get((label, column)) for column in columns])
        for label in (first, second)[1 - across]
    ]
    return VariantTable(ordered, columns, rows)


def _axes(characteristic: str) -> tuple[str, ...]:
    """The values of a characteristic; a comma within a number («1,5») parts nothing."""
    return tuple(part.strip() for part in characteristic.split(", ") if part.strip())


def _values(split: Mapping[int, tuple[str, ...]], place: int) -> list[str]:
    return sorted({axes[place] for axes in split.values()}, key=natural_key)
