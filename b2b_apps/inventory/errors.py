"""What can go wrong with stock."""

from collections.abc import Mapping
from decimal import Decimal

from b2b_apps.core.errors import DomainError


class StockShortageError(DomainError):
    """Less is free than asked: ``shortages`` maps stock record id to what is free."""

    def __init__(self, shortages: Mapping[int, Decimal]) -> None:
        super().__init__(dict(shortages))
        self.shortages = shortages
