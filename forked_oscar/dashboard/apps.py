"""Fork of ``oscar.apps.dashboard``: its AppConfig."""

from oscar.apps.dashboard import apps


class DashboardConfig(apps.DashboardConfig):
    name = "forked_oscar.dashboard"
