"""What can go wrong with stock."""

from collections.abc import Mapping
from decimal import Decimal

from b2b_apps.core.errors import DomainError


class StockShortageError(DomainError):
    """Less is free than asked: ``shortages`` maps stock record id to what is free."""

    def __init__(self, shortages: Mapping[int, Decimal]) -> None:
        super().__init__(dict(shortages))
        self.shortages = shortages


class RuleNotPutBackError(DomainError):
    """A deleted rule can't be put back; ``code``: done (it was already), taken (another stands in
    its place) or gone (its region or one of its warehouses is no more).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ReserveRefusedError(DomainError):
    """A reserve by hand is beyond its limits; ``code``: hours, share or holds.

    ``limit`` is what is allowed: hours, base units of ``stock_record_id``, or reserves at once.
    """

    def __init__(self, code: str, limit: Decimal, stock_record_id: int | None = None) -> None:
        super().__init__(code, limit, stock_record_id)
        self.code = code
        self.limit = limit
        self.stock_record_id = stock_record_id
