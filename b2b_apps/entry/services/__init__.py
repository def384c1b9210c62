"""Transactions of fast entry."""

from b2b_apps.entry.services.basket import Added, list_to_basket
from b2b_apps.entry.services.lists import (
    MOST_PASTED,
    list_bring,
    list_clear,
    list_recheck,
    text_check,
)
from b2b_apps.entry.services.rows import RowEdit, code_scan, rows_edit, rows_remove
from b2b_apps.entry.services.steps import step_undo

__all__ = [
    "MOST_PASTED",
    "Added",
    "RowEdit",
    "code_scan",
    "list_bring",
    "list_clear",
    "list_recheck",
    "list_to_basket",
    "rows_edit",
    "rows_remove",
    "step_undo",
    "text_check",
]
