import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [
        ("notifications", "0001_notices"),
        ("notifications", "0002_changed_by_the_seller"),
        ("notifications", "0003_shipping_requests"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("catalogue", "1001_wholesale"),
        ("companies", "0001_initial"),
        ("order", "0021_billingaddress_code_shippingaddress_code"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="NoticeChoice",
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
                        ("channels", models.JSONField(blank=True, default=dict)),
                        (
                            "language",
                            models.CharField(
                                blank=True,
                                choices=[("ru", "Russian"), ("en", "English")],
                                max_length=8,
                                verbose_name="language of letters",
                            ),
                        ),
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notice_choice",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "choice of notices",
                        "verbose_name_plural": "choices of notices",
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
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
                                    ("taken", "1C has taken the order"),
                                    ("confirmed", "the order is confirmed"),
                                    ("changed", "the seller has changed the order"),
                                    ("partly", "a part of the order is shipped"),
                                    ("shipped", "the order is shipped"),
                                    ("cancelled", "the order is cancelled"),
                                    ("paid", "a payment came"),
                                    ("asked_for", "your manager has asked for a shipment"),
                                    ("ask_taken", "a shipping request is accepted"),
                                    ("ask_refused", "a shipping request is declined"),
                                ],
                                max_length=12,
                                verbose_name="what happened",
                            ),
                        ),
                        ("key", models.CharField(max_length=100)),
                        (
                            "amount",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=14, null=True
                            ),
                        ),
                        ("at", models.DateTimeField(auto_now_add=True)),
                        ("read_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "counterparty",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="companies.counterparty",
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to="order.order",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "notice",
                        "verbose_name_plural": "notices",
                        "ordering": ["-pk"],
                        "indexes": [
                            models.Index(fields=["person", "-id"], name="notice_of_person"),
                            models.Index(
                                condition=models.Q(("read_at__isnull", True)),
                                fields=["person"],
                                name="notice_unread",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("person", "key"), name="notice_is_one")
                        ],
                    },
                ),
            ]
        ),
    ]
