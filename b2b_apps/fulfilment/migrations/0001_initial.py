import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [
        ("fulfilment", "0002_shipment_delivery_method"),
        ("fulfilment", "0003_days_and_consignees"),
        ("fulfilment", "0004_shipments_in_parts"),
        ("fulfilment", "0005_split_rules"),
        ("fulfilment", "0006_statuses"),
        ("fulfilment", "0007_goods_as_1c_has_them"),
        ("fulfilment", "0008_shipping_requests"),
        ("fulfilment", "0009_own_statuses"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("catalogue", "1001_wholesale"),
        ("order", "0021_billingaddress_code_shippingaddress_code"),
        ("partner", "0007_partneraddress_code"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="Shipment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("sequence", models.PositiveSmallIntegerField()),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("planned", "planned"),
                                    ("confirmed", "confirmed"),
                                    ("picking", "being picked"),
                                    ("partly", "partly shipped"),
                                    ("shipped", "shipped"),
                                    ("cancelled", "cancelled"),
                                ],
                                default="planned",
                                max_length=10,
                            ),
                        ),
                        ("planned_date", models.DateField(blank=True, null=True)),
                        ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                        ("picking_at", models.DateTimeField(blank=True, null=True)),
                        ("shipped_at", models.DateTimeField(blank=True, null=True)),
                        ("order_number_1c", models.CharField(blank=True, max_length=32)),
                        ("waybill_number_1c", models.CharField(blank=True, max_length=32)),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="shipments",
                                to="order.order",
                            ),
                        ),
                        (
                            "warehouse",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="shipments",
                                to="partner.partner",
                            ),
                        ),
                        ("delivery_method", models.CharField(blank=True, max_length=32)),
                        ("consignee_address", models.CharField(blank=True, max_length=500)),
                        ("consignee_name", models.CharField(blank=True, max_length=255)),
                        ("ready_on", models.DateField(blank=True, null=True)),
                        (
                            "split_rule",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="fulfilment.splitrule",
                            ),
                        ),
                        ("status_1c", models.CharField(blank=True, max_length=120)),
                        ("given_1c", models.JSONField(editable=False, null=True)),
                        ("known_1c", models.JSONField(editable=False, null=True)),
                        (
                            "own_status",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="shipments",
                                to="fulfilment.statuslook",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "shipment",
                        "verbose_name_plural": "shipments",
                        "ordering": ["order", "sequence"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("order", "sequence"), name="shipment_sequence"
                            )
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("status_1c", ""), _negated=True),
                                fields=["status_1c"],
                                name="shipment_told_by_1c",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ShippedPart",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("waybill", models.CharField(max_length=32)),
                        ("quantity", models.DecimalField(decimal_places=3, max_digits=15)),
                        (
                            "order_line",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="shipped_parts",
                                to="order.line",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "shipped part of a line",
                        "verbose_name_plural": "shipped parts of lines",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("order_line", "waybill"), name="shippedpart_is_one"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("quantity__gt", 0)),
                                name="shippedpart_is_positive",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SplitRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("is_active", models.BooleanField(default=True, verbose_name="works")),
                        (
                            "conditions",
                            models.JSONField(blank=True, default=list, verbose_name="conditions"),
                        ),
                        (
                            "valid_from",
                            models.DateField(blank=True, null=True, verbose_name="from"),
                        ),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="until")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("apart", "ship apart"),
                                    ("with", "ship with others"),
                                    ("prefer", "ship from a warehouse"),
                                ],
                                max_length=8,
                                verbose_name="what it does",
                            ),
                        ),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(default=100, verbose_name="place"),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="what the buyer is told"
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "joins",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="joined",
                                to="fulfilment.splitrule",
                                verbose_name="with the goods of",
                            ),
                        ),
                        (
                            "warehouse",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="partner.partner",
                                verbose_name="warehouse",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "rule of shipments",
                        "verbose_name_plural": "rules of shipments",
                        "ordering": ["priority", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_from__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="splitrule_term_is_forward",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "prefer"), ("warehouse__isnull", False)),
                                    models.Q(
                                        models.Q(("kind", "prefer"), _negated=True),
                                        ("warehouse__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="splitrule_warehouse_of_prefer",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind", "with"), ("joins__isnull", True), _connector="OR"
                                ),
                                name="splitrule_joins_of_with",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SplitRuleChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("is_new", models.BooleanField(default=False)),
                        ("changes", models.JSONField(blank=True, default=list)),
                        ("changed_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "rule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="fulfilment.splitrule",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "change of a rule of shipments",
                        "verbose_name_plural": "history of rules of shipments",
                        "ordering": ["-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="StatusLook",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "of",
                            models.CharField(
                                choices=[
                                    ("order", "of an order"),
                                    ("shipment", "of a shipment"),
                                    ("own", "of your own"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("code", models.CharField(max_length=16)),
                        (
                            "name_ru",
                            models.CharField(
                                blank=True, max_length=40, verbose_name="name in Russian"
                            ),
                        ),
                        (
                            "name_en",
                            models.CharField(
                                blank=True, max_length=40, verbose_name="name in English"
                            ),
                        ),
                        (
                            "tone",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("new", "new: nothing done yet"),
                                    ("work", "in work"),
                                    ("ok", "done"),
                                    ("warn", "look here"),
                                    ("bad", "trouble"),
                                    ("off", "over, nothing to do"),
                                ],
                                max_length=4,
                                verbose_name="tone",
                            ),
                        ),
                        (
                            "about_ru",
                            models.CharField(
                                blank=True,
                                max_length=200,
                                verbose_name="what the buyer is told, in Russian",
                            ),
                        ),
                        (
                            "about_en",
                            models.CharField(
                                blank=True,
                                max_length=200,
                                verbose_name="what the buyer is told, in English",
                            ),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="place"
                            ),
                        ),
                        ("changed_at", models.DateTimeField(auto_now=True)),
                        (
                            "changed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "base",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("planned", "planned"),
                                    ("confirmed", "confirmed"),
                                    ("picking", "being picked"),
                                    ("partly", "partly shipped"),
                                    ("shipped", "shipped"),
                                    ("cancelled", "cancelled"),
                                ],
                                max_length=10,
                                verbose_name="is a kind of",
                            ),
                        ),
                        (
                            "is_removed",
                            models.BooleanField(default=False, verbose_name="is removed"),
                        ),
                    ],
                    options={
                        "verbose_name": "look of a status",
                        "verbose_name_plural": "looks of statuses",
                        "ordering": ["of", "position", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("of", "code"), name="statuslook_is_one"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("of", "own"), models.Q(("base", ""), _negated=True)),
                                    models.Q(
                                        models.Q(("of", "own"), _negated=True),
                                        ("base", ""),
                                        ("is_removed", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="statuslook_own_has_a_base",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StatusLookChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("changes", models.JSONField(default=list)),
                        ("changed_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "look",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="fulfilment.statuslook",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "change of a status",
                        "verbose_name_plural": "history of statuses",
                        "ordering": ["-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="ShippingRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("sequence", models.PositiveSmallIntegerField()),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("asked", "waits for an answer"),
                                    ("accepted", "is accepted"),
                                    ("shipped", "has been sent off"),
                                    ("declined", "is declined"),
                                    ("withdrawn", "was taken back"),
                                ],
                                default="asked",
                                max_length=9,
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        (
                            "hours",
                            models.CharField(blank=True, max_length=32, verbose_name="hours"),
                        ),
                        ("consignee_name", models.CharField(blank=True, max_length=255)),
                        ("consignee_address", models.CharField(blank=True, max_length=500)),
                        (
                            "comment",
                            models.CharField(blank=True, max_length=500, verbose_name="comment"),
                        ),
                        ("answer", models.CharField(blank=True, max_length=500)),
                        ("number_1c", models.CharField(blank=True, max_length=32)),
                        ("is_by_staff", models.BooleanField(default=False)),
                        ("asked_at", models.DateTimeField(auto_now_add=True)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="shipping_requests",
                                to="order.order",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "shipping request",
                        "verbose_name_plural": "shipping requests",
                        "ordering": ["order", "sequence"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("order", "sequence"), name="shippingrequest_sequence"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ShippingRequestLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("quantity", models.DecimalField(decimal_places=3, max_digits=15)),
                        (
                            "quantity_shipped",
                            models.DecimalField(decimal_places=3, default=0, max_digits=15),
                        ),
                        (
                            "shipped_before",
                            models.DecimalField(decimal_places=3, default=0, max_digits=15),
                        ),
                        (
                            "order_line",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="asked_lines",
                                to="order.line",
                            ),
                        ),
                        (
                            "request",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="fulfilment.shippingrequest",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "line of a shipping request",
                        "verbose_name_plural": "lines of shipping requests",
                        "ordering": ["pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("request", "order_line"), name="shippingrequestline_is_one"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("quantity__gt", 0),
                                    ("quantity_shipped__gte", 0),
                                    ("quantity_shipped__lte", models.F("quantity")),
                                ),
                                name="shippingrequestline_quantities",
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
