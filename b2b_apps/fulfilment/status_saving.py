"""What the staff make of a status is kept; who made what is entered in its journal."""

from collections.abc import Mapping

from django.db import transaction

from b2b_apps.fulfilment.models import StatusLook, StatusLookChange

NAMED = (
    "name_ru", "name_en", "tone", "about_ru", "about_en", "position", "base", "is_removed",
)  # fmt: skip


def look_values(look: StatusLook) -> dict[str, str]:
    """What can be changed of a look, as texts. No query."""
    return {name: "" if (v := getattr(look, name)) is None else str(v) for name in NAMED}


@transaction.atomic
def look_journal(*, look: StatusLook, was: Mapping[str, str], user_id: int | None) -> bool:
    """Enter what became of a look that was saved; return whether anything did. Two queries."""
    now = look_values(look)
    changes = [[name, was[name], now[name]] for name in NAMED if was[name] != now[name]]
    if not changes:
        return False
    look.changed_by_id = user_id
    look.save(update_fields=["changed_by", "changed_at"])
    StatusLookChange.objects.create(look=look, user_id=user_id, changes=changes)
    return True
