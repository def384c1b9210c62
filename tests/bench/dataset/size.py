"""How much there is of everything; contracts and the rest follow from the number of products."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """From 100,000 products on: 5,000 contracts, 2,000 of them with 50 to 5,000 own prices."""

    products: int
    seed: int = 1

    @property
    def contracts(self) -> int:
        return max(20, min(5000, self.products // 20))

    @property
    def contracts_with_prices(self) -> int:
        return self.contracts * 2 // 5

    @property
    def own_prices(self) -> tuple[int, int]:
        """The least and the most prices of one contract."""
        return (50, 5000) if self.products >= 10_000 else (5, self.products // 4)

    @property
    def counterparties(self) -> int:
        return max(10, self.contracts * 3 // 5)

    @property
    def leaves(self) -> int:
        """Groups without groups below."""
        return max(24, min(1200, self.products // 400))

    def salt(self, place: int) -> int:
        """A salt of the seed for one use."""
        return self.seed * 1000 + place


PRICE_TYPES = 10
WAREHOUSES = 20
RULES = 50
BRANDS = 60
ATTRIBUTES = 1000
SEGMENTS = 8
