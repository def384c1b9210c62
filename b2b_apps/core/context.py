"""TradeContext: who acts, for whom, under which contract, and what follows from it."""

from dataclasses import dataclass

from b2b_apps.core.errors import PermissionMissingError


@dataclass(frozen=True, slots=True)
class TradeContext:
    """An immutable value that every read of prices, stock, goods, orders and documents takes.

    ``counterparty_ids`` are all companies the person may see; ``counterparty_id`` is the one he
    acts for now. ``price_list_ids`` is the chain: the first list that has the product wins.
    ``warehouse_ids`` start with those of the chosen region.
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

    def may(self, permission: str) -> bool:
        """Whether the person has ``permission`` in the current counterparty."""
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise PermissionMissingError unless the person has ``permission``."""
        if permission not in self.permissions:
            raise PermissionMissingError(permission)
