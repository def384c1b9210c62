"""Receipts and what is promised of them are noted for baskets whose lines wait for goods."""

from django.db import migrations

RECEIPTS = "SELECT DISTINCT product_id FROM {rows}"
PROMISES = (
    "SELECT DISTINCT r.product_id FROM {rows} h JOIN partner_stockrecord r "
    "ON r.id = h.stock_record_id"
)
NOTES = {"inventory_expectedreceipt": RECEIPTS, "inventory_awaitedhold": PROMISES}
EVENTS = {
    "INSERT": ("NEW TABLE AS new_rows", ["new_rows"]),
    "DELETE": ("OLD TABLE AS old_rows", ["old_rows"]),
    "UPDATE": ("OLD TABLE AS old_rows NEW TABLE AS new_rows", ["old_rows", "new_rows"]),
}


def name_of(table, event):
    return f"basket_notes_{table}_{event.lower()}"


def set_up(apps, schema_editor):
    for table, sql in NOTES.items():
        for event, (tables, rows) in EVENTS.items():
            name = name_of(table, event)
            products = " UNION ".join(sql.format(rows=each) for each in rows)
            schema_editor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger "
                "LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN "
                "INSERT INTO purchasing_goodschange (xact, product_id) "
                f"SELECT pg_current_xact_id()::text::bigint, x.* FROM ({products}) x; "
                "RETURN NULL; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {tables} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            )


def take_down(apps, schema_editor):
    for table in NOTES:
        for event in EVENTS:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name_of(table, event)} ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name_of(table, event)}()")


class Migration(migrations.Migration):
    dependencies = [
        ("purchasing", "0004_prices_are_noted_plainly"),
        ("inventory", "0007_goods_on_their_way_are_promised"),
    ]
    operations = [migrations.RunPython(set_up, take_down)]
