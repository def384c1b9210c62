"""Prices, stock and receipts are noted by a kind of their own: of such a document the rest stays."""

from importlib import import_module

from django.db import migrations, models

notes = import_module("search.migrations.0002_changes_are_noted")
prices = import_module("search.migrations.0008_purchase_prices_are_noted")
TABLES = ("partner_stockrecord", "inventory_expectedreceipt", "pricing_price")
GOODS, FIGURES = "SELECT DISTINCT 1, product_id", "SELECT DISTINCT 7, product_id"
UPDATED = prices.WITH_COSTS.replace("SELECT 1, product_id", "SELECT 7, product_id")


def function(name, rows):
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger "
        "LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN "
        f"INSERT INTO {notes.QUEUE} (kind, ref) {rows}; RETURN NULL; END $$"
    )


def write(schema_editor, kind, updated):
    for table in TABLES:
        for event, rows in notes.NOTES[table].items():
            is_update_of_prices = (table, event) == ("pricing_price", "UPDATE")
            said = updated if is_update_of_prices else rows.replace(GOODS, kind)
            schema_editor.execute(function(notes.name_of(table, event), said))


def apart(apps, schema_editor):
    write(schema_editor, FIGURES, UPDATED)


def together(apps, schema_editor):
    write(schema_editor, GOODS, prices.WITH_COSTS)
    schema_editor.execute(f"UPDATE {notes.QUEUE} SET kind = 1 WHERE kind = 7")


class Migration(migrations.Migration):
    dependencies = [("b2b_search", "0008_purchase_prices_are_noted")]
    operations = [
        migrations.RunPython(apart, together),
        migrations.AlterField("change", "kind", models.SmallIntegerField(choices=[
            (1, "product"), (2, "section and all below it"), (3, "value of an attribute"),
            (4, "VAT rate"), (5, "price list"), (6, "attribute"),
            (7, "prices and stock of a product"),
        ])),
        migrations.RemoveIndex("change", "change_of_many"),
        migrations.AddIndex("change", models.Index(
            fields=["kind"], condition=~models.Q(kind__in=[1, 7]), name="change_of_many"
        )),
    ]  # fmt: skip
