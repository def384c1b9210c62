"""Days of dispatch."""

from b2b_apps.core.days import next_working_day

__all__ = ["next_working_day"]
