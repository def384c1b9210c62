"""Places in windows: taken in the order's transaction, let go when a shipment is cancelled."""

from b2b_apps.delivery.services.windows import windows_move, windows_release, windows_take

__all__ = ["windows_move", "windows_release", "windows_take"]
