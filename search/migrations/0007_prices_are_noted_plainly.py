"""Prices of the lists that documents hold are noted by the mere UPDATE.

Loads write only what is another price already, so comparing a million rows with what they were
found nothing and took a tenth of the load. Prices of a contract's own list stand in documents by
having a row alone: theirs are still compared, without amounts.
"""

from django.db import migrations

SHARED = """price_list_id IN (SELECT id FROM pricing_pricelist
    WHERE kind IN ('price_type', 'regional', 'fallback') AND NOT is_cost)"""
BOTH = """(SELECT id, product_id, price_list_id, minimum_quantity, pack_factor, amount,
        valid_from, valid_to FROM old_rows
    UNION ALL SELECT id, product_id, price_list_id, minimum_quantity, pack_factor, amount,
        valid_from, valid_to FROM new_rows) b"""
TOUCHED = f"""SELECT 1, product_id FROM {BOTH} WHERE {SHARED}
UNION
SELECT 1, product_id FROM (
    SELECT id, product_id, price_list_id, minimum_quantity, pack_factor, valid_from, valid_to
    FROM {BOTH} WHERE NOT {SHARED}
    GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING count(*) = 1
) c"""
CHANGED = f"""SELECT DISTINCT 1, product_id FROM (
    SELECT id, product_id, price_list_id, minimum_quantity, pack_factor, valid_from, valid_to
    FROM {BOTH}
    GROUP BY 1, 2, 3, 4, 5, 6, 7, CASE WHEN {SHARED} THEN amount END HAVING count(*) = 1
) c"""


def noting(rows):
    return (
        "CREATE OR REPLACE FUNCTION search_notes_pricing_price_update() RETURNS trigger "
        "LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN "
        f"INSERT INTO b2b_search_change (kind, ref) {rows}; RETURN NULL; END $$"
    )


class Migration(migrations.Migration):
    dependencies = [("b2b_search", "0006_querylog")]
    operations = [migrations.RunSQL(noting(TOUCHED), noting(CHANGED))]
