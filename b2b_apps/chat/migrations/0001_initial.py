import b2b_apps.chat.models
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [("chat", "0001_chat"), ("chat", "0002_files")]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("basket", "0012_line_code"),
        ("catalogue", "1001_wholesale"),
        ("companies", "0001_initial"),
        ("order", "0021_billingaddress_code_shippingaddress_code"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="OrderMessage",
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
                        ("is_staff", models.BooleanField(default=False)),
                        ("text", models.TextField(max_length=4000, verbose_name="message")),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "author",
                            models.ForeignKey(
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
                                related_name="messages",
                                to="order.order",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "message of an order",
                        "verbose_name_plural": "messages of orders",
                        "ordering": ["pk"],
                        "indexes": [
                            models.Index(fields=["order", "id"], name="ordermessage_of_order")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OrderRead",
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
                        ("is_staff", models.BooleanField(default=False)),
                        ("last_id", models.BigIntegerField(default=0)),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="chat_reads",
                                to="order.order",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "how far a chat is read",
                        "verbose_name_plural": "how far chats are read",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("order", "user"), name="orderread_is_one"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OrderFile",
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
                        ("is_staff", models.BooleanField(default=False)),
                        ("name", models.CharField(max_length=120)),
                        ("ending", models.CharField(max_length=8)),
                        ("size", models.PositiveIntegerField()),
                        (
                            "file",
                            models.FileField(
                                max_length=200,
                                storage=b2b_apps.chat.models.private_storage,
                                upload_to="attached/%Y/%m/",
                            ),
                        ),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "basket",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="basket.basket",
                            ),
                        ),
                        (
                            "counterparty",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="companies.counterparty",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
                                to="chat.ordermessage",
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
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
                        "verbose_name": "file of an order",
                        "verbose_name_plural": "files of orders",
                        "ordering": ["pk"],
                    },
                ),
            ]
        ),
    ]
