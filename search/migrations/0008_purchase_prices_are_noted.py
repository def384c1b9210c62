"""Purchase prices stand in documents too: they decide where a rule is stopped by its floor."""

from importlib import import_module

from django.db import migrations

before = import_module("search.migrations.0007_prices_are_noted_plainly")
KINDS = "kind IN ('price_type', 'regional', 'fallback')"
WITH_COSTS = before.TOUCHED.replace(f"{KINDS} AND NOT is_cost", f"{KINDS} OR is_cost")


class Migration(migrations.Migration):
    dependencies = [("b2b_search", "0007_prices_are_noted_plainly")]
    operations = [
        migrations.RunSQL(before.noting(WITH_COSTS), before.noting(before.TOUCHED)),
    ]
