import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [("amending", "0001_amending"), ("amending", "0002_changed_in_1c")]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("catalogue", "1001_wholesale"),
        ("order", "0021_billingaddress_code_shippingaddress_code"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="ChangeRule",
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
                            "who",
                            models.CharField(
                                choices=[
                                    ("buyer", "buyer"),
                                    ("approver", "head of the company"),
                                    ("staff", "manager"),
                                ],
                                max_length=8,
                                verbose_name="who",
                            ),
                        ),
                        (
                            "action",
                            models.CharField(
                                choices=[
                                    ("cancel", "cancel the order"),
                                    ("remove", "take lines out"),
                                    ("lower", "lower quantities"),
                                    ("raise", "raise quantities"),
                                    ("add", "add goods"),
                                    ("consignee", "change the consignee"),
                                    ("day", "change the day of a shipment"),
                                    ("comment", "change the comment"),
                                    ("number", "change the own number"),
                                ],
                                max_length=9,
                                verbose_name="what",
                            ),
                        ),
                        (
                            "until",
                            models.CharField(
                                choices=[
                                    ("never", "never"),
                                    ("planned", "till it is confirmed"),
                                    ("confirmed", "till it is being picked"),
                                    ("picking", "till it has left"),
                                ],
                                max_length=9,
                                verbose_name="till when",
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
                    ],
                    options={
                        "verbose_name": "rule of changes",
                        "verbose_name_plural": "rules of changes",
                        "ordering": ["who", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("who", "action"), name="changerule_is_one"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OrderRevision",
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
                        ("number", models.PositiveIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[("change", "changed"), ("cancel", "cancelled")],
                                default="change",
                                max_length=6,
                            ),
                        ),
                        (
                            "who",
                            models.CharField(
                                choices=[
                                    ("buyer", "buyer"),
                                    ("approver", "head of the company"),
                                    ("staff", "manager"),
                                    ("1c", "1C"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=500, verbose_name="reason"),
                        ),
                        ("diff", models.JSONField(default=dict)),
                        ("total_before", models.DecimalField(decimal_places=2, max_digits=14)),
                        ("total_after", models.DecimalField(decimal_places=2, max_digits=14)),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "instead_of",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="revisions",
                                to="order.order",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "revision of an order",
                        "verbose_name_plural": "revisions of orders",
                        "ordering": ["order", "number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("order", "number"), name="orderrevision_is_one"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
