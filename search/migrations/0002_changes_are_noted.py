"""Triggers that note in the queue whatever changes what a document says.

They work per statement, with transition tables: a load of a million prices is one INSERT more.
Why triggers: docs/decisions/0015-search-is-told-by-triggers.md.
"""

from django.db import migrations

QUEUE = "b2b_search_change"
PRODUCT, SECTION, OPTION, VAT_RATE, ATTRIBUTE = 1, 2, 3, 4, 6
GOODS = (
    "title", "article", "barcode", "code_1c", "brand", "characteristic", "structure", "parent_id",
    "is_public", "price_visibility", "vat_rate_id", "date_created",
)  # fmt: skip
FREE = "GREATEST(0, COALESCE({0}.num_in_stock, 0) - COALESCE({0}.num_allocated, 0))"
# Amounts stand in documents for lists that contracts share; the others only by having a row.
SHARED = """n.price_list_id IN (SELECT id FROM pricing_pricelist
    WHERE kind IN ('price_type', 'regional', 'fallback') AND NOT is_cost)"""
BOTH = "new_rows n JOIN old_rows o ON o.id = n.id"


def differ(*columns):
    """A condition: one of the columns is not what it was."""
    new, old = (", ".join(f"{row}.{column}" for column in columns) for row in "no")
    return f"({new}) IS DISTINCT FROM ({old})"


def of_product(condition):
    """What an UPDATE notes of a row that hangs on a product, the one it hung on before too."""
    return (
        f"SELECT {PRODUCT}, n.product_id FROM {BOTH} WHERE {condition} "
        f"UNION SELECT {PRODUCT}, o.product_id FROM {BOTH} WHERE o.product_id <> n.product_id"
    )


def of_any(rows, condition="true"):
    """What an INSERT or a DELETE notes of rows that hang on a product."""
    return f"SELECT DISTINCT {PRODUCT}, r.product_id FROM {rows} r WHERE {condition}"


HANGING = {"INSERT": of_any("new_rows"), "DELETE": of_any("old_rows")}
NOTES = {
    "catalogue_product": {
        "INSERT": f"SELECT {PRODUCT}, id FROM new_rows",
        # Its parent can't be asked for any more.
        "DELETE": f"SELECT {PRODUCT}, id FROM old_rows "
        f"UNION SELECT {PRODUCT}, parent_id FROM old_rows WHERE parent_id IS NOT NULL",
        "UPDATE": f"SELECT {PRODUCT}, n.id FROM {BOTH} WHERE {differ(*GOODS)} "
        f"UNION SELECT {PRODUCT}, o.parent_id FROM {BOTH} "
        "WHERE o.parent_id IS DISTINCT FROM n.parent_id AND o.parent_id IS NOT NULL",
    },
    "catalogue_productcategory": {
        **HANGING,
        "UPDATE": of_product(differ("category_id")),
    },
    "catalogue_productattributevalue": {
        **HANGING,
        "UPDATE": of_product(
            differ("attribute_id", "value_text", "value_option_id", "value_float", "value_integer")
        ),
    },
    "catalogue_category": {
        "UPDATE": f"SELECT {SECTION}, n.id FROM {BOTH} WHERE "
        + differ("path", "name", "is_public", "ancestors_are_public"),
    },
    "catalogue_attributeoption": {
        "UPDATE": f"SELECT {OPTION}, n.id FROM {BOTH} WHERE {differ('option')}",
    },
    "catalogue_productattribute": {
        "UPDATE": f"SELECT {ATTRIBUTE}, n.id FROM {BOTH} WHERE {differ('name')}",
    },
    "catalogue_vatrate": {
        "UPDATE": f"SELECT {VAT_RATE}, n.id FROM {BOTH} WHERE {differ('percent')}",
    },
    "partner_stockrecord": {
        "INSERT": of_any("new_rows", f"{FREE.format('r')} > 0"),
        "DELETE": of_any("old_rows", f"{FREE.format('r')} > 0"),
        "UPDATE": of_product(f"{FREE.format('n')} <> {FREE.format('o')} OR {differ('partner_id')}"),
    },
    "inventory_expectedreceipt": {
        **HANGING,
        "UPDATE": of_product(differ("warehouse_id", "day")),
    },
    "pricing_price": {
        **HANGING,
        "UPDATE": of_product(
            differ("price_list_id", "minimum_quantity", "pack_factor", "valid_from", "valid_to")
            + f" OR n.amount <> o.amount AND {SHARED}"
        ),
    },
}
TABLES = {
    "INSERT": "NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
}


def name_of(table, event):
    return f"search_notes_{table}_{event.lower()}"


def set_up(apps, schema_editor):
    for table, events in NOTES.items():
        for event, rows in events.items():
            name = name_of(table, event)
            schema_editor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
                "SET search_path FROM CURRENT AS $$ BEGIN "
                f"INSERT INTO {QUEUE} (kind, ref) {rows}; RETURN NULL; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {TABLES[event]} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            )
    # What is read and deleted all the time is to be swept often.
    schema_editor.execute(
        f"ALTER TABLE {QUEUE} SET (autovacuum_vacuum_scale_factor = 0, "
        "autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_insert_scale_factor = 0, "
        "autovacuum_vacuum_insert_threshold = 20000)"
    )


def take_down(apps, schema_editor):
    for table, events in NOTES.items():
        for event in events:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name_of(table, event)} ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name_of(table, event)}()")


class Migration(migrations.Migration):
    dependencies = [
        ("b2b_search", "0001_generations"),
        ("catalogue", "1003_switched_by_staff"),
        ("partner", "1002_switched_by_staff"),
        ("inventory", "0006_removed_rules"),
        ("pricing", "0006_refined_prices"),
    ]
    operations = [migrations.RunPython(set_up, take_down)]
