"""What can go wrong with a list of fast entry."""

from b2b_apps.core.errors import DomainError


class TooManyRowsError(DomainError):
    """More rows than a list may have; ``limit`` is how many it may."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class RowMissingError(DomainError):
    """There is no such row in the person's list, or it offers no such product."""
