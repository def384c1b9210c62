"""Prices are changed where they lie: pages filled by half, and no index that another covers.

An amount stands in no index, so its new version needs none as long as the page has room for it.
Pages that are full already empty as their prices change; ``VACUUM FULL pricing_price`` does it at
once, while nobody reads.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "1003_switched_by_staff"),
        ("pricing", "0010_rule_sheets"),
    ]
    operations = [
        migrations.AlterField(
            model_name="price",
            name="product",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="prices",
                to="catalogue.product",
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE pricing_price SET (fillfactor = 50)",
            "ALTER TABLE pricing_price RESET (fillfactor)",
        ),
    ]
