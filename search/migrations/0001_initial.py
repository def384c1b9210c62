import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [
        ("b2b_search", "0001_generations"),
        ("b2b_search", "0003_vocabulary"),
        ("b2b_search", "0005_queue_index"),
        ("b2b_search", "0006_querylog"),
    ]

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
                    name="Change",
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
                            models.SmallIntegerField(
                                choices=[
                                    (1, "product"),
                                    (2, "section and all below it"),
                                    (3, "value of an attribute"),
                                    (4, "VAT rate"),
                                    (5, "price list"),
                                    (6, "attribute"),
                                    (7, "prices and stock of a product"),
                                ]
                            ),
                        ),
                        ("ref", models.BigIntegerField()),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now()
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "change to index",
                        "verbose_name_plural": "changes to index",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("kind__in", [1, 7]), _negated=True),
                                fields=["kind"],
                                name="change_of_many",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Generation",
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
                        ("name", models.CharField(max_length=40, unique=True, verbose_name="name")),
                        (
                            "engine",
                            models.CharField(blank=True, max_length=20, verbose_name="engine"),
                        ),
                        ("version", models.PositiveIntegerField(default=0)),
                        ("slots", models.JSONField(default=dict)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("wanted", "asked for"),
                                    ("building", "is being built"),
                                    ("live", "live"),
                                    ("old", "replaced"),
                                    ("failed", "failed"),
                                ],
                                default="wanted",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=200, verbose_name="reason"),
                        ),
                        ("day", models.DateField(null=True)),
                        ("num", models.PositiveIntegerField(default=0)),
                        ("expected", models.PositiveIntegerField(default=0)),
                        ("error", models.TextField(blank=True, verbose_name="error")),
                        ("asked_at", models.DateTimeField(auto_now_add=True)),
                        ("started_at", models.DateTimeField(null=True)),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("replaced_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "generation of the index",
                        "verbose_name_plural": "generations of the index",
                        "ordering": ["-pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "live")),
                                fields=("state",),
                                name="generation_live_is_one",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "wanted")),
                                fields=("state",),
                                name="generation_wanted_is_one",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Synonym",
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
                        ("phrases", models.JSONField(default=list, verbose_name="phrases")),
                        (
                            "finds",
                            models.JSONField(blank=True, default=list, verbose_name="also find"),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "changed_at",
                            models.DateTimeField(auto_now=True, verbose_name="changed at"),
                        ),
                        (
                            "changed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="changed by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "synonym",
                        "verbose_name_plural": "synonyms",
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Pin",
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
                        ("key", models.CharField(max_length=400)),
                        ("text", models.CharField(max_length=200, verbose_name="query")),
                        ("place", models.PositiveSmallIntegerField(verbose_name="place")),
                        (
                            "changed_at",
                            models.DateTimeField(auto_now=True, verbose_name="changed at"),
                        ),
                        (
                            "changed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="changed by",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="catalogue.product",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "pinned result",
                        "verbose_name_plural": "pinned results",
                        "ordering": ["key", "place"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("key", "place"), name="pin_place_is_one"
                            ),
                            models.UniqueConstraint(
                                fields=("key", "product"), name="pin_product_is_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LoggedQuery",
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
                        ("text", models.CharField(max_length=200, verbose_name="query")),
                        ("key", models.CharField(max_length=400)),
                        ("num_found", models.PositiveIntegerField(verbose_name="found")),
                        ("reading", models.CharField(blank=True, max_length=8)),
                        ("was_away", models.BooleanField(default=False)),
                        ("took_ms", models.PositiveIntegerField(verbose_name="took, ms")),
                        (
                            "asked_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="asked at"),
                        ),
                        (
                            "opened_place",
                            models.PositiveIntegerField(null=True, verbose_name="opened"),
                        ),
                        ("opened_product", models.BigIntegerField(null=True)),
                        (
                            "counterparty",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="companies.counterparty",
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
                        "verbose_name": "search",
                        "verbose_name_plural": "searches",
                        "ordering": ["-pk"],
                        "indexes": [
                            models.Index(fields=["user", "-asked_at"], name="querylog_of_person"),
                            models.Index(fields=["asked_at"], name="querylog_by_time"),
                        ],
                    },
                ),
            ]
        ),
    ]
