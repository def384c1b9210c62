import django.db.models.deletion
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalogue", "1001_wholesale"),
        ("order", "0021_billingaddress_code_shippingaddress_code"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="Payment",
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
                        ("number_1c", models.CharField(max_length=64)),
                        ("date", models.DateField(blank=True, null=True)),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="payments",
                                to="order.order",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "payment",
                        "verbose_name_plural": "payments",
                        "ordering": ["date", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("order", "number_1c"), name="payment_is_booked_once"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
