"""Each order that came from a basket is a group of its own; lines find their shipment."""

from django.db import migrations

GROUPS = """
INSERT INTO order_ordergroup
    (number, basket_id, user_id, contract_id, counterparty_id, split_policy, placed_at)
SELECT number, basket_id, user_id, contract_id, counterparty_id, '', date_placed
FROM order_order WHERE basket_id IS NOT NULL AND group_id IS NULL
"""
ORDERS = """
UPDATE order_order o SET group_id = g.id FROM order_ordergroup g
WHERE o.group_id IS NULL AND g.basket_id = o.basket_id
"""
# Until now an order had one shipment per warehouse.
LINES = """
UPDATE order_line l SET shipment_id = s.id FROM fulfilment_shipment s
WHERE l.shipment_id IS NULL AND s.order_id = l.order_id AND s.warehouse_id = l.partner_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("order", "1006_order_groups_and_shipments_of_lines"),
        ("fulfilment", "0003_days_and_consignees"),
    ]

    operations = [migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (GROUPS, ORDERS, LINES)]
