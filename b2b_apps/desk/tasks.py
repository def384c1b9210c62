"""Entry points of the outbox."""

from datetime import timedelta
from typing import Any

from django_scopes import scopes_disabled

from b2b_apps.core.outbox import outbox_handler
from b2b_apps.core.queues import SLOW
from b2b_apps.desk.rule_sheets import TOPIC, rule_sheet_make


@outbox_handler(TOPIC, queue=SLOW, lease=timedelta(minutes=30))
def rule_sheet_handler(payload: dict[str, Any]) -> None:
    """Write a rule's sheet that staff asked for."""
    with scopes_disabled():
        rule_sheet_make(sheet_id=int(payload["sheet_id"]))
