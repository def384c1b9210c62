"""Why a price could not be written; worded by the pages."""

from dataclasses import dataclass
from decimal import Decimal


class PriceError(Exception):
    """Base of what can be wrong with a change of prices."""


class NotOursError(PriceError):
    """1C, or a project, owns the price."""


@dataclass
class PriceMovedError(PriceError):
    """Another price stands there than the one that was looked at; None: none."""

    stands: Decimal | None


class PriceFileChangedError(PriceError):
    """A file is not what was looked at any more: other articles were taken, or it was compared
    anew.
    """
