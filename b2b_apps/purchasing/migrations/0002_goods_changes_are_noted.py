"""Triggers that note which products a transaction has changed for those who have them in baskets.

They work per statement, with transition tables: a load of a million prices is one INSERT more.
What they are for: docs/algorithms/basket.md.
"""

from django.db import migrations

NOTED = "purchasing_goodschange"
GOODS = (
    "is_public", "structure", "parent_id", "price_visibility", "vat_rate_id", "brand",
    "order_multiple", "minimum_quantity", "weight_kg", "volume_m3",
)  # fmt: skip
EVERYTHING = "SELECT 0"


def changed(product, *columns):
    """Products of an UPDATE's rows whose columns are not what they were: as they were and are.

    What is the same before and after makes a group of two. No join: a function's plan is made
    once, and a join of a few rows is the wrong one for a million.
    """
    names = list(dict.fromkeys(["id", product, *columns]))
    listed = ", ".join(names)
    both = f"SELECT {listed} FROM old_rows UNION ALL SELECT {listed} FROM new_rows"
    groups = ", ".join(str(place + 1) for place in range(len(names)))
    alike = f"SELECT {listed} FROM ({both}) b GROUP BY {groups} HAVING count(*) = 1"
    return f"SELECT DISTINCT {product} FROM ({alike}) c"


def anything(*columns):
    """One row for all products if an UPDATE changed one of the columns."""
    return f"{EVERYTHING} WHERE EXISTS ({changed('id', *columns)})"


def hanging(*columns):
    """What INSERT, DELETE and UPDATE note of rows that hang on a product."""
    return {
        "INSERT": "SELECT DISTINCT product_id FROM new_rows",
        "DELETE": "SELECT DISTINCT product_id FROM old_rows",
        "UPDATE": changed("product_id", *columns),
    }


def touched(select):
    """As ``hanging`` does, without looking what an UPDATE has changed.

    Loads of prices write only what is another price already, so comparing a million rows with
    what they were found nothing and took a tenth of the load.
    """
    old, new = f"{select} FROM old_rows", f"{select} FROM new_rows"
    return {"INSERT": new, "DELETE": old, "UPDATE": f"{old} UNION {new}"}


# What an order holds stands in the balance; what is held by hand is free for its contract.
BY_HAND = (
    "SELECT DISTINCT r.product_id FROM {rows} h JOIN partner_stockrecord r "
    "ON r.id = h.stock_record_id WHERE h.kind <> 'order'"
)
# What is promised of receipts: for baskets whose lines wait for goods.
PROMISED = (
    "SELECT DISTINCT r.product_id FROM {rows} h JOIN partner_stockrecord r "
    "ON r.id = h.stock_record_id"
)
NOTES = {
    "catalogue_product": {"UPDATE": changed("id", *GOODS)},
    "catalogue_productcategory": hanging("category_id"),
    "catalogue_productattributevalue": hanging(
        "attribute_id", "value_text", "value_option_id", "value_float", "value_integer"
    ),
    "catalogue_category": {"UPDATE": anything("path")},
    "catalogue_attributeoption": {"UPDATE": anything("option")},
    "catalogue_vatrate": {"UPDATE": anything("percent")},
    "partner_stockrecord": hanging("partner_id", "num_in_stock", "num_allocated"),
    "inventory_stockhold": {
        "INSERT": BY_HAND.format(rows="new_rows"),
        "DELETE": BY_HAND.format(rows="old_rows"),
        "UPDATE": BY_HAND.format(rows="new_rows"),
    },
    "inventory_awaitedhold": {
        "INSERT": PROMISED.format(rows="new_rows"),
        "DELETE": PROMISED.format(rows="old_rows"),
        "UPDATE": f"{PROMISED.format(rows='old_rows')} UNION {PROMISED.format(rows='new_rows')}",
    },
    "inventory_expectedreceipt": touched("SELECT DISTINCT product_id"),
    "pricing_price": {**hanging(), "UPDATE": touched("SELECT product_id")["UPDATE"]},
}
TABLES = {
    "INSERT": "NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
}


def name_of(table, event):
    return f"basket_notes_{table}_{event.lower()}"


def set_up(apps, schema_editor):
    for table, events in NOTES.items():
        for event, rows in events.items():
            name = name_of(table, event)
            schema_editor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger "
                "LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN "
                f"INSERT INTO {NOTED} (xact, product_id) "
                f"SELECT pg_current_xact_id()::text::bigint, x.* FROM ({rows}) x; "
                "RETURN NULL; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {TABLES[event]} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            )


def take_down(apps, schema_editor):
    for table, events in NOTES.items():
        for event in events:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name_of(table, event)} ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name_of(table, event)}()")


class Migration(migrations.Migration):
    replaces = [
        ("purchasing", "0003_journal"),
        ("purchasing", "0004_prices_are_noted_plainly"),
        ("purchasing", "0005_receipts_are_noted"),
        ("purchasing", "0006_goods_pairs"),
    ]
    dependencies = [
        ("purchasing", "0001_initial"),
        ("catalogue", "1001_wholesale"),
        ("partner", "1001_wholesale"),
        ("inventory", "0002_stock_holds"),
        ("pricing", "0001_initial"),
    ]
    operations = [migrations.RunPython(set_up, take_down)]
