"""Who acts, for whom, and what follows: TradeContext to buy, ReadContext to read on."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from b2b_apps.core.errors import PermissionMissingError


class GoodsCondition(NamedTuple):
    """Asked of a product: one of the ids (product, category with all below it) or of the brands,
    in lower case. A characteristic has what its product has.
    """

    kind: str
    values: frozenset[Any]


Group = tuple[GoodsCondition, ...]


@dataclass(frozen=True, slots=True)
class Assortment:
    """Which products a buyer sees, as groups of conditions that a product meets or does not.

    Seen is what meets one of ``only`` (if there are any), none of ``hidden``, and of ``reserved``
    none, unless it meets one of ``admitted``. See ``assortment``.
    """

    only: tuple[Group, ...] = ()
    hidden: tuple[Group, ...] = ()
    reserved: tuple[Group, ...] = ()
    admitted: tuple[Group, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether everything is seen."""
        return not (self.only or self.hidden or self.reserved)

    @property
    def conditions(self) -> Iterator[GoodsCondition]:
        """All that rules ask of goods."""
        for group in (*self.only, *self.hidden, *self.reserved, *self.admitted):
            yield from group


WHOLE = Assortment()


class WornLabel(NamedTuple):
    """A label as a buyer sees it: worn by goods that meet all of ``goods``, and that came at most
    ``newer_than_days`` ago, if that is said. ``look`` is one of ``assortment.Label.Look``.
    """

    code: str
    name: str
    look: str
    goods: Group
    newer_than_days: int | None = None


@dataclass(frozen=True, slots=True)
class TradeContext:
    """An immutable value that every read of prices, stock and goods, and all that buys, takes.

    ``counterparty_ids`` are all companies the person may see; ``counterparty_id`` is the one he
    acts for now. ``price_list_ids`` is the chain: the first list that has the product wins.
    ``warehouse_ids`` are those he may see and start with those of the chosen region.
    ``price_list_ids`` are the contract's own part of the chain (refined in 1C, projects,
    contract, price type);
    ``pricing`` adds the lists of the region and of last resort. ``project_id`` is the project he
    buys for, if any. ``promo_code`` is the basket's. ``basket_owner_id`` is the colleague whose
    shared basket the person works in, ``basket_status`` which of his baskets under the contract:
    the open one, or another that is written and ordered as it is (``purchasing.services.quick``).
    ``orders_arriving`` says whether he may order what is short now and on its way.
    """

    user_id: int
    employee_id: int
    counterparty_id: int
    counterparty_ids: tuple[int, ...]
    contract_id: int
    organization_id: int
    region_id: int | None
    warehouse_ids: tuple[int, ...]
    price_list_ids: tuple[int, ...]
    currency: str
    vat_mode: str
    permissions: frozenset[str]
    segment_ids: frozenset[int] = frozenset()
    rate_policy: str = "bank"
    fixed_rate: Decimal | None = None
    rate_markup_percent: Decimal = Decimal(0)
    stock_precision: str = "exact"
    stock_few_below: Decimal = Decimal(20)
    stock_many_from: Decimal = Decimal(100)
    orders_arriving: bool = True
    promo_code: str = ""
    assortment: Assortment = WHOLE
    labels: tuple[WornLabel, ...] = ()
    project_id: int | None = None
    basket_owner_id: int | None = None
    basket_status: str = "Open"

    @property
    def under(self) -> str:
        """Names contract, project and a colleague's basket: what pages of this context carry
        (``storefront.stale``).
        """
        named = (
            f"{self.contract_id}.{self.project_id}" if self.project_id else f"{self.contract_id}"
        )
        return f"{named}@{self.basket_owner_id}" if self.basket_owner_id else named

    @property
    def basket_user_id(self) -> int:
        """Whose basket the person works in: his own, or a colleague's who shares it."""
        return self.basket_owner_id or self.user_id

    def may(self, permission: str) -> bool:
        """Whether the person has ``permission`` in the current counterparty."""
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise PermissionMissingError unless the person has ``permission``."""
        if permission not in self.permissions:
            raise PermissionMissingError(permission)


@dataclass(frozen=True, slots=True)
class ReadContext:
    """An immutable value that every read of orders and documents takes.

    It needs a role and no contract: what was ordered stays to be read when the contract has ended.
    ``roles`` are counterparty ids with what the person may do there, his default company first.
    """

    user_id: int
    employee_id: int
    roles: tuple[tuple[int, frozenset[str]], ...]

    @property
    def counterparty_ids(self) -> tuple[int, ...]:
        return tuple(counterparty_id for counterparty_id, _permissions in self.roles)

    def companies_with(self, *permissions: str) -> tuple[int, ...]:
        """Ids of the counterparties where the person has all of the permissions."""
        return tuple(pk for pk, his in self.roles if his.issuperset(permissions))

    def may(self, permission: str, *, counterparty_id: int) -> bool:
        """Whether the person has ``permission`` in that counterparty."""
        return counterparty_id in self.companies_with(permission)

    def require(self, *permissions: str) -> None:
        """Raise PermissionMissingError unless the person has them all in some counterparty."""
        if not self.companies_with(*permissions):
            raise PermissionMissingError(permissions[0])
