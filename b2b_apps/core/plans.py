"""Options of connections that keep plans of the statements of ``core.prepared``.

A plan is made at the third execution and holds for whatever is asked: these statements find a
few rows by their keys, there is one good way to do so. Nothing else is prepared.
"""

from collections.abc import Mapping
from typing import Any

PREPARED_FROM = 2
ONE_PLAN = "-c plan_cache_mode=force_generic_plan"


def with_plans(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a connection with those of prepared statements."""
    others = str(options.get("options", ""))
    return {
        "prepare_threshold": PREPARED_FROM,
        **options,
        "options": f"{others} {ONE_PLAN}".strip(),
    }
