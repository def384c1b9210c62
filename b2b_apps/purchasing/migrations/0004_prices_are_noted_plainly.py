"""Prices that an UPDATE has touched are noted without looking what has changed in them.

Loads write only what is another price already, so comparing a million rows with what they were
found nothing and took a tenth of the load.
"""

from django.db import migrations

TOUCHED = "SELECT product_id FROM old_rows UNION SELECT product_id FROM new_rows"
CHANGED = """SELECT DISTINCT product_id FROM (
    SELECT id, product_id, price_list_id, minimum_quantity, pack_factor, amount, valid_from, valid_to
    FROM (SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) b
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING count(*) = 1
) c"""


def noting(rows):
    return (
        "CREATE OR REPLACE FUNCTION basket_notes_pricing_price_update() RETURNS trigger "
        "LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN "
        "INSERT INTO purchasing_goodschange (xact, product_id) "
        f"SELECT pg_current_xact_id()::text::bigint, x.* FROM ({rows}) x; "
        "RETURN NULL; END $$"
    )


class Migration(migrations.Migration):
    dependencies = [("purchasing", "0003_journal")]
    operations = [migrations.RunSQL(noting(TOUCHED), noting(CHANGED))]
