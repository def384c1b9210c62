import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [("saved", "0001_lists"), ("saved", "0002_drafts")]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("basket", "1001_wholesale"),
        ("catalogue", "1001_wholesale"),
        ("companies", "0001_initial"),
        ("contracts", "0001_initial"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="SavedList",
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
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "site",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="object or site"
                            ),
                        ),
                        (
                            "is_shared",
                            models.BooleanField(
                                default=False, verbose_name="seen by colleagues too"
                            ),
                        ),
                        ("num_lines", models.PositiveIntegerField(default=0)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("changed_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(blank=True, null=True)),
                        ("archived_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "changed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "consignee",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="companies.consignee",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "counterparty",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="saved_lists",
                                to="companies.counterparty",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "template",
                        "verbose_name_plural": "templates",
                        "ordering": ["-changed_at", "-pk"],
                        "indexes": [
                            models.Index(
                                fields=["counterparty", "-changed_at"], name="savedlist_of_company"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True),
                                name="savedlist_has_a_name",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SavedLine",
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
                        ("position", models.PositiveIntegerField()),
                        ("article", models.CharField(blank=True, max_length=255)),
                        ("title", models.CharField(blank=True, max_length=255)),
                        ("unit", models.CharField(blank=True, max_length=50)),
                        ("quantity", models.DecimalField(decimal_places=3, max_digits=15)),
                        ("comment", models.CharField(blank=True, max_length=255)),
                        ("currency", models.CharField(blank=True, max_length=12)),
                        (
                            "was_excl",
                            models.DecimalField(
                                blank=True, decimal_places=4, max_digits=14, null=True
                            ),
                        ),
                        (
                            "was_incl",
                            models.DecimalField(
                                blank=True, decimal_places=4, max_digits=14, null=True
                            ),
                        ),
                        ("removed_at", models.DateTimeField(blank=True, null=True)),
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
                        (
                            "saved_list",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="saved.savedlist",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "line of a template",
                        "verbose_name_plural": "lines of templates",
                        "ordering": ["position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("saved_list", "position"), name="savedline_in_its_place"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("quantity__gt", 0)),
                                name="savedline_quantity_positive",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SavedEntry",
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
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("made", "template made"),
                                    ("renamed", "renamed"),
                                    ("shared", "made common"),
                                    ("kept", "kept to himself"),
                                    ("archived", "put into the archive"),
                                    ("restored", "taken out of the archive"),
                                    ("quantity", "quantity"),
                                    ("replaced", "replaced by another product"),
                                    ("removed", "line removed"),
                                    ("returned", "line put back"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("about", models.CharField(blank=True, max_length=255)),
                        ("was", models.CharField(blank=True, max_length=200)),
                        ("now", models.CharField(blank=True, max_length=200)),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "saved_list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="journal",
                                to="saved.savedlist",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "entry of a template's journal",
                        "verbose_name_plural": "entries of a template's journal",
                        "ordering": ["-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="OrderDraft",
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
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("choices", models.JSONField(default=dict)),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        ("removed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "basket",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="order_draft",
                                to="basket.basket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "draft of an order",
                        "verbose_name_plural": "drafts of orders",
                        "ordering": ["-made_at", "-pk"],
                    },
                ),
            ]
        ),
    ]
