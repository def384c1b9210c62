"""The sequence that order numbers are drawn from."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("order", "1001_wholesale")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE b2b_order_number START 100001",
            "DROP SEQUENCE b2b_order_number",
        )
    ]
