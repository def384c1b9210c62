"""Fork of ``oscar.apps.dashboard``: the staff's side of ``b2b_apps.desk``, and nothing else.

Oscar mounts a dozen sub-dashboards here; their pages need inline scripts and styles, which the
Content-Security-Policy forbids. Their models stay installed, their pages are not served.
"""

from oscar.apps.dashboard import apps


class DashboardConfig(apps.DashboardConfig):
    name = "forked_oscar.dashboard"

    def get_urls(self) -> list:
        """Each view guards itself (``desk.access``); Oscar's decorator would let partners in."""
        from b2b_apps.desk.urls import urlpatterns

        return urlpatterns
