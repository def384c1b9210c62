"""What only 1C can have switched off is marked so; who switched off the rest is not known."""

from typing import Any

from django.db import migrations
from django.db.models import Exists, OuterRef


def mark(apps: Any, schema_editor: Any) -> None:
    """Mark rows that 1C named without sending, or left out of a full exchange.

    Their names have no hash. The others stay off, and 1C or staff may switch them on as before.
    """
    for kind, app, model, column in (
        ("product", "catalogue", "Product", "is_public"),
        ("warehouse", "partner", "Partner", "is_active"),
    ):
        bare = apps.get_model("core", "ExternalId").objects.filter(
            kind=kind, object_id=OuterRef("pk"), content_hash=b""
        )
        rows = apps.get_model(app, model).objects.filter(Exists(bare), **{column: False})
        rows.update(is_off_by_1c=True)


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "1003_switched_by_staff"),
        ("companies", "0005_switched_by_staff"),
        ("core", "0001_initial"),
        ("partner", "1002_switched_by_staff"),
        ("sync1c", "0007_empty_polls"),
    ]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
