import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [
        ("inventory", "0002_receipts_policies_terms"),
        ("inventory", "0003_holds_say_how_they_ended"),
        ("inventory", "0004_holds_at_1c_expire"),
        ("inventory", "0005_reserve_limits"),
        ("inventory", "0006_removed_rules"),
        ("inventory", "0007_goods_on_their_way_are_promised"),
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
                    name="Region",
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
                        ("city", models.CharField(blank=True, max_length=120, verbose_name="city")),
                        (
                            "phone",
                            models.CharField(blank=True, max_length=100, verbose_name="phone"),
                        ),
                        (
                            "email",
                            models.EmailField(blank=True, max_length=254, verbose_name="e-mail"),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=0, verbose_name="position"),
                        ),
                    ],
                    options={
                        "verbose_name": "region",
                        "verbose_name_plural": "regions",
                        "ordering": ["position", "name"],
                    },
                ),
                migrations.CreateModel(
                    name="ExpectedReceipt",
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
                        ("day", models.DateField(verbose_name="day")),
                        (
                            "quantity",
                            models.DecimalField(
                                decimal_places=3, max_digits=15, verbose_name="quantity"
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(blank=True, max_length=100, verbose_name="document"),
                        ),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                        (
                            "product",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="receipts",
                                to="catalogue.product",
                            ),
                        ),
                        (
                            "warehouse",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="receipts",
                                to="partner.partner",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "expected receipt",
                        "verbose_name_plural": "expected receipts",
                        "ordering": ["day", "pk"],
                        "indexes": [models.Index(fields=["day"], name="receipt_by_day")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("product", "warehouse", "day", "reference"),
                                name="receipt_is_one",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("quantity__gt", 0)), name="receipt_is_positive"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HoldTerm",
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
                            "order_status",
                            models.CharField(max_length=100, verbose_name="status of the order"),
                        ),
                        (
                            "payment_kind",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "any payment"),
                                    ("prepayment", "prepayment"),
                                    ("deferral", "deferral"),
                                    ("stages", "stages"),
                                ],
                                default="",
                                max_length=12,
                                verbose_name="payment",
                            ),
                        ),
                        ("hours", models.PositiveIntegerField(verbose_name="hours")),
                    ],
                    options={
                        "verbose_name": "term of reserves",
                        "verbose_name_plural": "terms of reserves",
                        "ordering": ["order_status", "payment_kind"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("order_status", "payment_kind"), name="holdterm_is_one"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("hours__gt", 0)), name="holdterm_positive"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StockPolicy",
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
                            "role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("head", "head"),
                                    ("buyer", "buyer"),
                                    ("accountant", "accountant"),
                                    ("warehouse", "warehouse clerk"),
                                ],
                                max_length=12,
                                verbose_name="role",
                            ),
                        ),
                        (
                            "precision",
                            models.CharField(
                                choices=[
                                    ("exact", "exact figures"),
                                    ("words", "in words"),
                                    ("presence", "there is or there is not"),
                                ],
                                default="exact",
                                max_length=8,
                                verbose_name="stock is shown",
                            ),
                        ),
                        (
                            "few_below",
                            models.DecimalField(
                                decimal_places=3,
                                default=20,
                                max_digits=15,
                                verbose_name="«few» below",
                            ),
                        ),
                        (
                            "many_from",
                            models.DecimalField(
                                decimal_places=3,
                                default=100,
                                max_digits=15,
                                verbose_name="«many» from",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                to="inventory.region",
                                verbose_name="region",
                            ),
                        ),
                        (
                            "warehouses",
                            models.ManyToManyField(
                                blank=True,
                                help_text="None chosen: all.",
                                related_name="+",
                                to="partner.partner",
                                verbose_name="warehouses",
                            ),
                        ),
                        (
                            "orders_arriving",
                            models.BooleanField(
                                default=True,
                                help_text="Where exact figures are shown: what is short now may be ordered to arrive.",
                                verbose_name="orders goods on their way",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "what is seen of stock",
                        "verbose_name_plural": "what is seen of stock",
                        "ordering": ["region", "role"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("region", "role"), name="stockpolicy_is_one"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("region__isnull", True)),
                                fields=("role",),
                                name="stockpolicy_is_one_everywhere",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("many_from__gte", models.F("few_below"))),
                                name="stockpolicy_many_is_not_few",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StockShortage",
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
                        ("on_hand", models.DecimalField(decimal_places=3, max_digits=15)),
                        ("held", models.DecimalField(decimal_places=3, max_digits=15)),
                        ("noticed_at", models.DateTimeField(auto_now_add=True)),
                        ("settled_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "stock_record",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="shortages",
                                to="partner.stockrecord",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "shortage",
                        "verbose_name_plural": "shortages",
                        "ordering": ["-noticed_at", "-pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("settled_at__isnull", True)),
                                fields=("stock_record",),
                                name="shortage_open_is_one",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReserveLimits",
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
                            "max_hours",
                            models.PositiveSmallIntegerField(
                                default=48,
                                help_text="0: buyers do not reserve by hand.",
                                verbose_name="hours at most",
                            ),
                        ),
                        (
                            "max_share_percent",
                            models.PositiveSmallIntegerField(
                                default=50, verbose_name="share of what is free, %"
                            ),
                        ),
                        (
                            "max_holds",
                            models.PositiveSmallIntegerField(
                                default=100, verbose_name="reserves of a company at once"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "limits of reserves by hand",
                        "verbose_name_plural": "limits of reserves by hand",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("pk", 1)), name="reservelimits_is_one_row"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("max_share_percent__lte", 100)),
                                name="reservelimits_share",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RemovedRule",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("term", "term of reserves"),
                                    ("policy", "what is seen of stock"),
                                ],
                                max_length=6,
                            ),
                        ),
                        ("values", models.JSONField()),
                        ("removed_at", models.DateTimeField(auto_now_add=True)),
                        ("restored_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "restored_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                        "verbose_name": "deleted rule of stock",
                        "verbose_name_plural": "deleted rules of stock",
                        "ordering": ["-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="AwaitedHold",
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
                            "arrived",
                            models.DecimalField(decimal_places=3, default=0, max_digits=15),
                        ),
                        ("short", models.DecimalField(decimal_places=3, default=0, max_digits=15)),
                        ("short_since", models.DateTimeField(blank=True, null=True)),
                        ("day", models.DateField(verbose_name="day")),
                        ("first_day", models.DateField()),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("mirrored_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "ending",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("arrived", "has come"),
                                    ("at_1c", "1C keeps it"),
                                    ("shipped", "shipped"),
                                    ("cancelled", "cancelled"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "order_line",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="awaited",
                                to="order.line",
                            ),
                        ),
                        (
                            "stock_record",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="awaited_holds",
                                to="partner.stockrecord",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "awaited goods of an order",
                        "verbose_name_plural": "awaited goods of orders",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=["stock_record", "day"],
                                name="awaited_active",
                            ),
                            models.Index(
                                condition=models.Q(("ended_at__isnull", True), ("short", 0)),
                                fields=["day"],
                                name="awaited_by_day",
                            ),
                            models.Index(
                                condition=models.Q(("ended_at__isnull", True), ("short__gt", 0)),
                                fields=["stock_record"],
                                name="awaited_short",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("quantity__gt", 0)), name="awaited_is_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("arrived__gte", 0),
                                    ("short__gte", 0),
                                    (
                                        "quantity__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("arrived"), "+", models.F("short")
                                        ),
                                    ),
                                ),
                                name="awaited_parts_are_of_it",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at__isnull", False),
                                    ("arrived__lt", models.F("quantity")),
                                    _connector="OR",
                                ),
                                name="awaited_ends_when_all_has_come",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("short", 0), ("short_since__isnull", True)),
                                    models.Q(("short__gt", 0), ("short_since__isnull", False)),
                                    _connector="OR",
                                ),
                                name="awaited_short_says_since_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", True), ("ending", "")),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        models.Q(("ending", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="awaited_ended_says_how",
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
