"""Django's configuration of the app."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "b2b_apps.approvals"
    label = "approvals"

    def ready(self) -> None:
        """Let no order past the rules of its company, in whatever process it is placed."""
        from b2b_apps.approvals import asking_gate, change_gate, gate, tasks  # noqa: F401
