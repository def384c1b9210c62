"""Sessions know what left with them; those with which nothing came and nothing left are polls."""

from datetime import timedelta
from typing import Any

from django.db import migrations, models
from django.db.models import Exists, OuterRef


def mark(apps: Any, schema_editor: Any) -> None:
    """Mark the polls of before, in which no order can have left: none was delivered meanwhile."""
    session = apps.get_model("sync1c", "ExchangeSession")
    files = apps.get_model("sync1c", "ExchangeFile").objects.filter(session=OuterRef("pk"))
    gone = apps.get_model("core", "OutboxMessage").objects.filter(
        topic="order_to_1c",
        done_at__gte=OuterRef("started_at"),
        # Last seen is when the acknowledgement came, a moment before it was taken.
        done_at__lte=OuterRef("last_seen_at") + timedelta(minutes=1),
    )
    closed = session.objects.filter(offered=[]).exclude(state="open")
    closed.exclude(Exists(files)).exclude(Exists(gone)).update(is_idle=True)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_initial"),
        ("sync1c", "0006_files_imported_again"),
    ]

    operations = [
        migrations.AddField(
            model_name="exchangesession",
            name="sent",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="exchangesession",
            name="is_idle",
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name="exchangesession",
            index=models.Index(fields=["is_idle", "-id"], name="exchangesession_newest"),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
