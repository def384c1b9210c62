"""Triggers that note in the queue whatever changes what a document says.

They work per statement, with transition tables: a load of a million prices is one INSERT more.
Why triggers: docs/decisions/0015-search-is-told-by-triggers.md.
"""

from django.db import migrations

QUEUE = "b2b_search_change"
PRODUCT, SECTION, OPTION, VAT_RATE, ATTRIBUTE = 1, 2, 3, 4, 6
# Prices, stock and receipts are noted by a kind of their own: of such a document the rest stays.
FIGURES = 7
GOODS = (
    "title", "article", "barcode", "code_1c", "brand", "characteristic", "structure", "parent_id",
    "is_public", "price_visibility", "vat_rate_id", "date_created",
)  # fmt: skip
FREE = "GREATEST(0, COALESCE(num_in_stock, 0) - COALESCE(num_allocated, 0))"
# Lists whose amounts stand in documents: those that contracts share, and purchase prices, which
# decide where a rule is stopped by its floor.
SHARED = """price_list_id IN (SELECT id FROM pricing_pricelist
    WHERE kind IN ('price_type', 'regional', 'fallback') OR is_cost)"""
BOTH = """(SELECT id, product_id, price_list_id, minimum_quantity, pack_factor, amount,
        valid_from, valid_to FROM old_rows
    UNION ALL SELECT id, product_id, price_list_id, minimum_quantity, pack_factor, amount,
        valid_from, valid_to FROM new_rows) b"""
# Prices of these are noted by the mere UPDATE. Loads write only what is another price already, so
# comparing a million rows with what they were found nothing and took a tenth of the load. Prices
# of a contract's own list stand in documents by having a row alone: theirs are compared, without
# amounts.
PRICES = f"""SELECT {FIGURES}, product_id FROM {BOTH} WHERE {SHARED}
UNION
SELECT {FIGURES}, product_id FROM (
    SELECT id, product_id, price_list_id, minimum_quantity, pack_factor, valid_from, valid_to
    FROM {BOTH} WHERE NOT {SHARED}
    GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING count(*) = 1
) c"""


def changed(*columns):
    """Rows of an UPDATE whose columns are not what they were, as they were and as they are.

    What is the same before and after makes a group of two. No join: a function's plan is made
    once, for the rows of its first call, and a join of a few is the wrong one for a million.
    """
    names = ["id", *columns]
    both = " UNION ALL ".join(
        f"SELECT id, {', '.join(columns)} FROM {table}" for table in ("old_rows", "new_rows")
    )
    places = ", ".join(str(place + 1) for place in range(len(names)))
    taken = [name.rpartition(" AS ")[2] for name in names]
    return (
        f"(SELECT {', '.join(taken)} FROM ({both}) b GROUP BY {places} HAVING count(*) = 1) changed"
    )


def of_product(*columns, kind=PRODUCT):
    """What an UPDATE notes of rows that hang on a product: that, and what they hung on before."""
    return f"SELECT DISTINCT {kind}, product_id FROM {changed('product_id', *columns)}"


def of_itself(kind, *columns):
    """What an UPDATE notes of rows that stand for many products."""
    return f"SELECT DISTINCT {kind}, id FROM {changed(*columns)}"


def of_any(rows, condition="true", kind=PRODUCT):
    """What an INSERT or a DELETE notes of rows that hang on a product."""
    return f"SELECT DISTINCT {kind}, product_id FROM {rows} WHERE {condition}"


def hanging(**said):
    return {"INSERT": of_any("new_rows", **said), "DELETE": of_any("old_rows", **said)}


# A characteristic's parent beside it: it may have had another one, or be gone.
WITH_PARENT = "CROSS JOIN LATERAL (VALUES (id), (parent_id)) refs (ref) WHERE ref IS NOT NULL"
NOTES = {
    "catalogue_product": {
        "INSERT": f"SELECT {PRODUCT}, id FROM new_rows",
        "DELETE": f"SELECT DISTINCT {PRODUCT}, ref FROM old_rows {WITH_PARENT}",
        "UPDATE": f"SELECT DISTINCT {PRODUCT}, ref FROM {changed(*GOODS)} {WITH_PARENT}",
    },
    "catalogue_productcategory": {**hanging(), "UPDATE": of_product("category_id")},
    "catalogue_productattributevalue": {
        **hanging(),
        "UPDATE": of_product(
            "attribute_id", "value_text", "value_option_id", "value_float", "value_integer"
        ),
    },
    "catalogue_category": {
        "UPDATE": of_itself(SECTION, "path", "name", "is_public", "ancestors_are_public"),
    },
    "catalogue_attributeoption": {"UPDATE": of_itself(OPTION, "option")},
    "catalogue_productattribute": {"UPDATE": of_itself(ATTRIBUTE, "name")},
    "catalogue_vatrate": {"UPDATE": of_itself(VAT_RATE, "percent")},
    "partner_stockrecord": {
        **hanging(condition=f"{FREE} > 0", kind=FIGURES),
        "UPDATE": of_product("partner_id", f"{FREE} AS free", kind=FIGURES),
    },
    "inventory_expectedreceipt": {
        **hanging(kind=FIGURES),
        "UPDATE": of_product("warehouse_id", "day", kind=FIGURES),
    },
    "pricing_price": {**hanging(kind=FIGURES), "UPDATE": PRICES},
}  # fmt: skip
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
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger "
                "LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN "
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
    replaces = [
        ("b2b_search", "0004_notes_without_joins"),
        ("b2b_search", "0007_prices_are_noted_plainly"),
        ("b2b_search", "0008_purchase_prices_are_noted"),
        ("b2b_search", "0009_figures_are_noted_apart"),
    ]
    dependencies = [
        ("b2b_search", "0001_initial"),
        ("catalogue", "1001_wholesale"),
        ("partner", "1001_wholesale"),
        ("inventory", "0001_initial"),
        ("pricing", "0001_initial"),
    ]
    operations = [migrations.RunPython(set_up, take_down)]
