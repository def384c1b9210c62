"""Where to go next; it stands in ``core``, for the desk asks too."""

from b2b_apps.core.redirects import way_back

__all__ = ["way_back"]
