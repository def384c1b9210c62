import b2b_apps.entry.models
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [("entry", "0001_lists")]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("catalogue", "1001_wholesale"),
        ("contracts", "0001_initial"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="EntryList",
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
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "open"),
                                    ("reading", "is being read"),
                                    ("columns", "columns are to be named"),
                                    ("checking", "is being checked"),
                                    ("failed", "not read"),
                                ],
                                default="open",
                                max_length=8,
                            ),
                        ),
                        (
                            "file",
                            models.FileField(
                                blank=True,
                                storage=b2b_apps.entry.models.private_storage,
                                upload_to="entry/%Y/%m/",
                            ),
                        ),
                        ("file_name", models.CharField(blank=True, max_length=200)),
                        ("reason", models.CharField(blank=True, max_length=40)),
                        ("details", models.JSONField(default=dict)),
                        ("num_read", models.PositiveIntegerField(default=0)),
                        ("steps", models.JSONField(default=list)),
                        ("under", models.CharField(blank=True, max_length=80)),
                        ("checked_at", models.DateTimeField(blank=True, null=True)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="contracts.contract",
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
                        "verbose_name": "list of fast entry",
                        "verbose_name_plural": "lists of fast entry",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("user", "contract"), name="entrylist_one_per_contract"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EntryRow",
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
                        ("source_row", models.PositiveIntegerField(blank=True, null=True)),
                        ("text", models.CharField(max_length=1000)),
                        ("article", models.CharField(blank=True, max_length=200)),
                        ("name", models.CharField(blank=True, max_length=500)),
                        ("comment", models.CharField(blank=True, max_length=255)),
                        (
                            "how",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("exact", "as written"),
                                    ("code", "by code"),
                                    ("layout", "in the other layout"),
                                    ("name", "by name"),
                                    ("chosen", "chosen"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("found", "found"),
                                    ("fixed", "corrected"),
                                    ("short", "not enough"),
                                    ("choose", "choose"),
                                    ("unknown", "not found"),
                                    ("refused", "can’t be ordered"),
                                    ("skipped", "no quantity"),
                                    ("added", "in the basket"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=12)),
                        ("typed", models.CharField(blank=True, max_length=64)),
                        (
                            "asked",
                            models.DecimalField(
                                blank=True, decimal_places=3, max_digits=15, null=True
                            ),
                        ),
                        (
                            "quantity",
                            models.DecimalField(
                                blank=True, decimal_places=3, max_digits=15, null=True
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=16, null=True
                            ),
                        ),
                        (
                            "weight",
                            models.DecimalField(
                                blank=True, decimal_places=6, max_digits=16, null=True
                            ),
                        ),
                        (
                            "volume",
                            models.DecimalField(
                                blank=True, decimal_places=6, max_digits=16, null=True
                            ),
                        ),
                        ("details", models.JSONField(default=dict)),
                        ("removed_at", models.DateTimeField(blank=True, null=True)),
                        ("added_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "entry_list",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="entry.entrylist",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="catalogue.product",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "row of fast entry",
                        "verbose_name_plural": "rows of fast entry",
                        "ordering": ["number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("entry_list", "number"), name="entryrow_in_its_place"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EntryColumns",
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
                        ("signature", models.CharField(max_length=64)),
                        ("columns", models.JSONField()),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                        (
                            "user",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "columns of a file",
                        "verbose_name_plural": "columns of files",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("user", "signature"), name="entrycolumns_once"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
