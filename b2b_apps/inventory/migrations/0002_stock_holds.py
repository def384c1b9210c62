import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [("inventory", "0008_reserves_are_warned_of")]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("catalogue", "1001_wholesale"),
        ("contracts", "0001_initial"),
        ("inventory", "0001_initial"),
        ("order", "0021_billingaddress_code_shippingaddress_code"),
        ("partner", "1001_wholesale"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="StockHold",
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
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("mirrored_at", models.DateTimeField(blank=True, null=True)),
                        ("released_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "order_line",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="hold",
                                to="order.line",
                            ),
                        ),
                        (
                            "stock_record",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="holds",
                                to="partner.stockrecord",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="stock_holds",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "ending",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("cancelled", "cancelled"),
                                    ("absorbed", "in 1C's stock"),
                                    ("expired", "term is over"),
                                    ("ordered", "turned into an order"),
                                    ("let_go", "let go by hand"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("expires_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("order", "order"),
                                    ("manual", "reserve by hand"),
                                    ("cart", "basket"),
                                ],
                                default="order",
                                max_length=8,
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=255, verbose_name="reason"),
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
                        (
                            "end_warned_at",
                            models.DateTimeField(blank=True, editable=False, null=True),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("released_at__isnull", True)),
                                fields=["stock_record"],
                                name="hold_active",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("expires_at__isnull", False), ("released_at__isnull", True)
                                ),
                                fields=["expires_at"],
                                name="hold_expiring",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("released_at__isnull", True),
                                    models.Q(("kind", "order"), _negated=True),
                                ),
                                fields=["contract"],
                                name="hold_by_hand_of_contract",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("ending", "absorbed"), ("expires_at__isnull", False)
                                ),
                                fields=["expires_at"],
                                name="hold_at_1c_expiring",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("quantity__gt", 0)), name="hold_is_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "order"), ("order_line__isnull", False)),
                                    models.Q(
                                        models.Q(("kind", "order"), _negated=True),
                                        ("order_line__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="hold_of_an_order_has_its_line",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind", "order"),
                                    models.Q(
                                        ("contract__isnull", False), ("expires_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="hold_by_hand_has_owner_and_end",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ending", ""), ("released_at__isnull", True)),
                                    models.Q(
                                        ("released_at__isnull", False),
                                        models.Q(("ending", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="hold_ended_says_how",
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
