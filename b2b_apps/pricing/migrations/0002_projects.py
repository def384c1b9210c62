import b2b_apps.pricing.models.imports
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [("pricing", "0012_lists_for_all")]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("catalogue", "1001_wholesale"),
        ("companies", "0001_initial"),
        ("contracts", "0001_initial"),
        ("pricing", "0001_initial"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="Project",
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
                        ("name", models.CharField(max_length=255, verbose_name="object")),
                        (
                            "address",
                            models.CharField(blank=True, max_length=500, verbose_name="address"),
                        ),
                        ("comment", models.TextField(blank=True, verbose_name="comment")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("asked", "asked for"),
                                    ("signed", "one signature"),
                                    ("approved", "approved"),
                                    ("declined", "declined"),
                                    ("withdrawn", "withdrawn"),
                                ],
                                default="draft",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        (
                            "valid_from",
                            models.DateField(blank=True, null=True, verbose_name="valid from"),
                        ),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="valid to"),
                        ),
                        ("first_signed_at", models.DateTimeField(blank=True, null=True)),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "decline_reason",
                            models.CharField(blank=True, max_length=500, verbose_name="reason"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
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
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="projects",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "counterparty",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="projects",
                                to="companies.counterparty",
                            ),
                        ),
                        (
                            "first_signature",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "price_list",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="project",
                                to="pricing.pricelist",
                            ),
                        ),
                        (
                            "second_signature",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("asked_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "declined_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("project", "project"), ("request", "price request")],
                                default="project",
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "project",
                        "verbose_name_plural": "projects",
                        "ordering": ["-created_at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("second_signature__isnull", True),
                                    models.Q(
                                        ("second_signature", models.F("first_signature")),
                                        _negated=True,
                                    ),
                                    _connector="OR",
                                ),
                                name="project_signed_by_two",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_from__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="project_term_is_forward",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "approved"), _negated=True),
                                    models.Q(
                                        ("first_signature__isnull", False),
                                        models.Q(
                                            ("kind", "request"),
                                            ("second_signature__isnull", False),
                                            _connector="OR",
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="project_approved_is_signed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProjectLine",
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
                            "quantity",
                            models.DecimalField(
                                decimal_places=3, max_digits=15, verbose_name="quantity"
                            ),
                        ),
                        (
                            "asked",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=14,
                                null=True,
                                verbose_name="asked price",
                            ),
                        ),
                        (
                            "offered",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=14,
                                null=True,
                                verbose_name="our price",
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
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="pricing.project",
                            ),
                        ),
                        (
                            "from_quantity",
                            models.DecimalField(
                                decimal_places=3,
                                default=0,
                                max_digits=15,
                                verbose_name="from quantity",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("project", "product"), name="projectline_is_one"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("from_quantity__gte", 0),
                                    ("quantity__gt", 0),
                                    models.Q(
                                        ("asked__isnull", True), ("asked__gte", 0), _connector="OR"
                                    ),
                                    models.Q(
                                        ("offered__isnull", True),
                                        ("offered__gte", 0),
                                        _connector="OR",
                                    ),
                                ),
                                name="projectline_positive",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RuleSheet",
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
                        ("mark", models.CharField(max_length=40)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("making", "is being written"),
                                    ("ready", "ready"),
                                    ("changed", "the rule was changed meanwhile"),
                                ],
                                default="making",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        ("num_goods", models.PositiveIntegerField(default=0)),
                        ("num_done", models.PositiveIntegerField(default=0)),
                        (
                            "file",
                            models.FileField(
                                blank=True,
                                storage=b2b_apps.pricing.models.imports.private_storage,
                                upload_to="rules/%Y/%m/",
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "rule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sheets",
                                to="pricing.pricerule",
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
                        "verbose_name": "sheet of a price rule",
                        "verbose_name_plural": "sheets of price rules",
                        "ordering": ["-pk"],
                    },
                ),
            ]
        ),
    ]
