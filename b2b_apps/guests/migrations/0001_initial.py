import b2b_apps.companies.requisites
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [("guests", "0001_guests"), ("guests", "0002_moved_at")]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("catalogue", "1001_wholesale"),
        ("companies", "0001_initial"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="GuestRequest",
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
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("new", "not answered yet"),
                                    ("accepted", "accepted"),
                                    ("declined", "declined"),
                                ],
                                default="new",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "made_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="made at"),
                        ),
                        (
                            "inn",
                            models.CharField(
                                max_length=12,
                                validators=[b2b_apps.companies.requisites.validate_inn],
                                verbose_name="INN",
                            ),
                        ),
                        ("company", models.CharField(max_length=255, verbose_name="company")),
                        ("person", models.CharField(max_length=150, verbose_name="your name")),
                        ("phone", models.CharField(max_length=40, verbose_name="phone")),
                        ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                        (
                            "comment",
                            models.TextField(blank=True, max_length=2000, verbose_name="comment"),
                        ),
                        ("consent", models.CharField(max_length=16)),
                        ("address", models.CharField(blank=True, max_length=64)),
                        ("num_lines", models.PositiveIntegerField(default=0)),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("reason", models.CharField(blank=True, max_length=500)),
                        (
                            "counterparty",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="companies.counterparty",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                        ("moved_at", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "guest's request",
                        "verbose_name_plural": "guests' requests",
                        "ordering": ["-pk"],
                        "indexes": [
                            models.Index(fields=["state", "-id"], name="guestrequest_by_state")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "new"), ("decided_at__isnull", False), _connector="OR"
                                ),
                                name="guestrequest_decided_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GuestLine",
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
                        ("article", models.CharField(blank=True, max_length=255)),
                        ("title", models.CharField(max_length=255)),
                        ("unit", models.CharField(blank=True, max_length=50)),
                        ("quantity", models.DecimalField(decimal_places=3, max_digits=15)),
                        (
                            "product",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="catalogue.product",
                            ),
                        ),
                        (
                            "request",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="guests.guestrequest",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "line of a guest's request",
                        "verbose_name_plural": "lines of guests' requests",
                        "ordering": ["pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("quantity__gt", 0)),
                                name="guestline_quantity_positive",
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
