"""Transactions of kept lists."""

from b2b_apps.saved.services.lines import (
    LineEdit,
    line_restore,
    lines_edit,
    lines_remove,
)
from b2b_apps.saved.services.lists import (
    Named,
    list_archive,
    list_copy,
    list_from_basket,
    list_from_order,
    list_rename,
    list_restore,
)
from b2b_apps.saved.services.taking import Taken, lines_take, list_used

__all__ = [
    "LineEdit",
    "Named",
    "Taken",
    "line_restore",
    "lines_edit",
    "lines_remove",
    "lines_take",
    "list_archive",
    "list_copy",
    "list_from_basket",
    "list_from_order",
    "list_rename",
    "list_restore",
    "list_used",
]
