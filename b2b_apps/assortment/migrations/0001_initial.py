import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [("assortment", "0002_journal")]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("catalogue", "1001_wholesale"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="AssortmentRule",
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
                        ("is_active", models.BooleanField(default=True, verbose_name="works")),
                        (
                            "conditions",
                            models.JSONField(blank=True, default=list, verbose_name="conditions"),
                        ),
                        (
                            "valid_from",
                            models.DateField(blank=True, null=True, verbose_name="from"),
                        ),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="until")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("hide", "hide from them"),
                                    ("only", "show them only these"),
                                    ("reserve", "show to nobody else"),
                                ],
                                max_length=8,
                                verbose_name="what it does",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "assortment rule",
                        "verbose_name_plural": "assortment rules",
                        "ordering": ["name", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_from__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="assortment_term_is_forward",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Label",
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
                        ("is_active", models.BooleanField(default=True, verbose_name="works")),
                        (
                            "conditions",
                            models.JSONField(blank=True, default=list, verbose_name="conditions"),
                        ),
                        (
                            "valid_from",
                            models.DateField(blank=True, null=True, verbose_name="from"),
                        ),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="until")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                        ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                        (
                            "look",
                            models.CharField(
                                choices=[
                                    ("new", "novelty"),
                                    ("ok", "hit"),
                                    ("warn", "sale"),
                                    ("work", "promo"),
                                ],
                                default="new",
                                max_length=8,
                                verbose_name="look",
                            ),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=100, verbose_name="place"),
                        ),
                        (
                            "newer_than_days",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="newer than, days"
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "label",
                        "verbose_name_plural": "labels",
                        "ordering": ["position", "name", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_from__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="label_term_is_forward",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RuledChange",
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
                        ("is_new", models.BooleanField(default=False)),
                        ("changes", models.JSONField(blank=True, default=list)),
                        ("changed_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "marker",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="assortment.label",
                            ),
                        ),
                        (
                            "rule",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="assortment.assortmentrule",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "change of the assortment",
                        "verbose_name_plural": "history of the assortment",
                        "ordering": ["-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("rule__isnull", True),
                                    ("marker__isnull", True),
                                    _connector="XOR",
                                ),
                                name="ruled_change_of_one",
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
