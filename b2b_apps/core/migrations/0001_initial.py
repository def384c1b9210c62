import django.utils.timezone
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [("core", "0002_guess")]

    initial = True

    dependencies = []

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="ExternalId",
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
                        ("source", models.CharField(max_length=64)),
                        ("kind", models.CharField(max_length=32)),
                        ("external_id", models.CharField(max_length=200)),
                        ("object_id", models.BigIntegerField()),
                        ("content_hash", models.BinaryField(default=b"", max_length=16)),
                        ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["source", "kind", "object_id"],
                                name="core_extern_source_1ef27e_idx",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("source", "kind", "external_id"),
                                name="externalid_names_one_row",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutboxMessage",
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
                        ("topic", models.CharField(max_length=64)),
                        ("key", models.CharField(max_length=128, unique=True)),
                        ("payload", models.JSONField(default=dict)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting"),
                                    ("done", "done"),
                                    ("parked", "set aside"),
                                ],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("available_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("lease_until", models.DateTimeField(blank=True, null=True)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("last_error", models.TextField(blank=True)),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "ordering": ["pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["topic", "available_at"],
                                name="outbox_waiting",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Guess",
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
                        ("kind", models.CharField(max_length=16)),
                        ("name", models.CharField(blank=True, max_length=150)),
                        ("address", models.CharField(blank=True, max_length=64)),
                        ("is_right", models.BooleanField(default=False)),
                        ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["name", "made_at"], name="guess_of_name"),
                            models.Index(fields=["address", "made_at"], name="guess_of_address"),
                        ],
                    },
                ),
            ]
        ),
    ]
