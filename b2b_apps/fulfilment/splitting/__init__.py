"""How the lines of an order fall into shipments: ``docs/algorithms/splitting.md``. Pure."""

from b2b_apps.fulfilment.splitting.parts import (
    Coming,
    Need,
    Part,
    PlannedShipment,
    Policy,
    Source,
    Split,
)
from b2b_apps.fulfilment.splitting.split import split_needs

__all__ = [
    "Coming",
    "Need",
    "Part",
    "PlannedShipment",
    "Policy",
    "Source",
    "Split",
    "split_needs",
]
