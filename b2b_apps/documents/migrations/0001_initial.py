import b2b_apps.documents.models
import django.db.models.deletion
import uuid
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
                    name="Document",
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
                        ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("kind", models.CharField(choices=[("invoice", "invoice")], max_length=12)),
                        ("number", models.CharField(max_length=64)),
                        ("date", models.DateField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "being made"),
                                    ("ready", "ready"),
                                    ("failed", "failed"),
                                ],
                                default="pending",
                                max_length=8,
                            ),
                        ),
                        (
                            "file",
                            models.FileField(
                                blank=True,
                                storage=b2b_apps.documents.models.private_storage,
                                upload_to="documents/%Y/%m/",
                            ),
                        ),
                        ("size", models.PositiveIntegerField(default=0)),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="documents",
                                to="order.order",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "document",
                        "verbose_name_plural": "documents",
                        "ordering": ["date", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("order", "kind", "number"), name="document_is_made_once"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
