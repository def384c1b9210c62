"""What a carrier has to answer, and who answers for it. Pure but for the register.

An app above (``integrations``) registers a carrier under the code that methods name; a carrier
that nobody registered, or that staff have not set up or have switched off, is never asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from hashlib import sha256
from typing import Protocol

# Of what has a weight and no volume: a cubic metre of it, as carriers reckon volume as weight.
KG_PER_M3 = Decimal(200)
SMALLEST_CM = 1
MOST_PIECES = 200


class CarrierError(Exception):
    """A carrier did not say what it was asked. ``code``: silent (it does not answer), resting (it
    was silent a moment ago), refused (``detail`` in its words), settings (ours are wrong), answer
    (it can't be read).
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Piece:
    """A place of a consignment: grams, centimetres."""

    weight_g: int
    length_cm: int
    width_cm: int
    height_cm: int


@dataclass(frozen=True, slots=True)
class Route:
    """From which of the carrier's cities to which, and what is carried."""

    from_city: int
    to_city: int
    pieces: tuple[Piece, ...]

    @property
    def key(self) -> str:
        """Names it among kept tariffs."""
        return sha256(repr(self).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a carrier asks by one of its tariffs, VAT inside, and how many days it takes."""

    code: int
    price: Decimal
    min_days: int
    max_days: int


class Carrier(Protocol):
    """A carrier that is set up and switched on."""

    @property
    def name(self) -> str: ...

    @property
    def kg_per_piece(self) -> Decimal:
        """How heavy a place of a consignment may be."""

    def tariffs(self, route: Route, *, seconds: float) -> Sequence[Tariff]:
        """Ask for all tariffs of a route. Outside a transaction. Raises CarrierError."""


_carriers: dict[str, Callable[[], Carrier | None]] = {}


def carrier_register(code: str, find: Callable[[], Carrier | None]) -> None:
    """Let ``find`` answer for the carrier of this code: None while it is not to be asked."""
    _carriers[code] = find


def carrier_of(code: str) -> Carrier | None:
    """Return the carrier if it may be asked. One query, none if nobody registered it."""
    find = _carriers.get(code)
    return find() if find else None


def pieces_of(
    weight_kg: Decimal, volume_m3: Decimal, *, kg_per_piece: Decimal
) -> tuple[Piece, ...]:
    """Divide a parcel into like places, none heavier than ``kg_per_piece``; none without a weight.

    Of goods the volume alone is known, so a place is a cube: the carrier's price is then a little
    under that of something long. Where even the volume is not known it follows from the weight.
    """
    if weight_kg <= 0:
        return ()
    num = min(MOST_PIECES, int((weight_kg / kg_per_piece).to_integral_value(ROUND_CEILING)))
    volume = (volume_m3 or weight_kg / KG_PER_M3) / num
    side = max(SMALLEST_CM, _ceiling(Decimal(float(volume) ** (1 / 3)) * 100))
    weight = max(1, _ceiling(weight_kg * 1000 / num))
    return (Piece(weight, side, side, side),) * num


def _ceiling(number: Decimal) -> int:
    # A cube of exactly 10 cm is no 11 cm for the sake of a binary fraction.
    return int(number.quantize(Decimal("0.000001")).to_integral_value(ROUND_CEILING))
