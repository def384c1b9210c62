import b2b_apps.companies.requisites
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [
        ("companies", "0002_initial"),
        ("companies", "0003_segments"),
        ("companies", "0004_one_account_per_email"),
        ("companies", "0005_switched_by_staff"),
        ("companies", "0006_approvals"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("catalogue", "1001_wholesale"),
        ("inventory", "0001_initial"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="Consignee",
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
                        ("name", models.CharField(max_length=255, verbose_name="name")),
                        ("kpp", models.CharField(blank=True, max_length=9, verbose_name="KPP")),
                        ("address", models.CharField(max_length=500, verbose_name="address")),
                        (
                            "contact_person",
                            models.CharField(
                                blank=True, max_length=255, verbose_name="contact person"
                            ),
                        ),
                        (
                            "phone",
                            models.CharField(blank=True, max_length=100, verbose_name="phone"),
                        ),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                        ("is_default", models.BooleanField(default=False, verbose_name="default")),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "counterparty",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="consignees",
                                to="companies.counterparty",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "consignee",
                        "verbose_name_plural": "consignees",
                        "ordering": ["-is_default", "name", "address", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Counterparty",
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
                        ("name", models.CharField(max_length=255, verbose_name="name")),
                        (
                            "full_name",
                            models.CharField(blank=True, max_length=255, verbose_name="full name"),
                        ),
                        (
                            "inn",
                            models.CharField(
                                blank=True,
                                max_length=12,
                                validators=[b2b_apps.companies.requisites.validate_inn],
                                verbose_name="INN",
                            ),
                        ),
                        (
                            "kpp",
                            models.CharField(
                                blank=True,
                                max_length=9,
                                validators=[b2b_apps.companies.requisites.validate_kpp],
                                verbose_name="KPP",
                            ),
                        ),
                        (
                            "ogrn",
                            models.CharField(
                                blank=True,
                                max_length=15,
                                validators=[b2b_apps.companies.requisites.validate_ogrn],
                                verbose_name="OGRN",
                            ),
                        ),
                        (
                            "legal_address",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="legal address"
                            ),
                        ),
                        (
                            "phone",
                            models.CharField(blank=True, max_length=100, verbose_name="phone"),
                        ),
                        (
                            "email",
                            models.EmailField(blank=True, max_length=254, verbose_name="e-mail"),
                        ),
                        ("okpo", models.CharField(blank=True, max_length=10, verbose_name="OKPO")),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "region",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                to="inventory.region",
                                verbose_name="region",
                            ),
                        ),
                        (
                            "holding",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="counterparties",
                                to="companies.holding",
                                verbose_name="holding",
                            ),
                        ),
                        (
                            "manager",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="counterparties",
                                to="companies.manager",
                                verbose_name="manager",
                            ),
                        ),
                        (
                            "segments",
                            models.ManyToManyField(
                                blank=True,
                                related_name="counterparties",
                                to="companies.segment",
                                verbose_name="segments",
                            ),
                        ),
                        (
                            "is_off_by_1c",
                            models.BooleanField(
                                default=False, editable=False, verbose_name="switched off in 1C"
                            ),
                        ),
                        (
                            "is_off_by_staff",
                            models.BooleanField(default=False, verbose_name="switched off by us"),
                        ),
                        (
                            "uses_approvals",
                            models.BooleanField(
                                default=False, editable=False, verbose_name="uses approvals"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "counterparty",
                        "verbose_name_plural": "counterparties",
                        "ordering": ["name"],
                        "indexes": [
                            models.Index(fields=["inn"], name="companies_c_inn_b2c480_idx")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_active", False),
                                    models.Q(("is_off_by_1c", False), ("is_off_by_staff", False)),
                                    _connector="OR",
                                ),
                                name="counterparty_off_stays_off",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Employee",
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
                            "phone",
                            models.CharField(blank=True, max_length=100, verbose_name="phone"),
                        ),
                        (
                            "position",
                            models.CharField(blank=True, max_length=120, verbose_name="position"),
                        ),
                        (
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="employee",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "employee",
                        "verbose_name_plural": "employees",
                    },
                ),
                migrations.CreateModel(
                    name="Holding",
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
                        ("name", models.CharField(max_length=255, verbose_name="name")),
                    ],
                    options={
                        "verbose_name": "holding",
                        "verbose_name_plural": "holdings",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Manager",
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
                            "position",
                            models.CharField(blank=True, max_length=120, verbose_name="position"),
                        ),
                        (
                            "phone",
                            models.CharField(blank=True, max_length=100, verbose_name="phone"),
                        ),
                        (
                            "extension",
                            models.CharField(blank=True, max_length=12, verbose_name="extension"),
                        ),
                        (
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="manager",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "manager",
                        "verbose_name_plural": "managers",
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
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
                            "role",
                            models.CharField(
                                choices=[
                                    ("head", "head"),
                                    ("buyer", "buyer"),
                                    ("accountant", "accountant"),
                                    ("warehouse", "warehouse clerk"),
                                ],
                                max_length=12,
                                verbose_name="role",
                            ),
                        ),
                        ("is_default", models.BooleanField(default=False, verbose_name="default")),
                        (
                            "counterparty",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to="companies.counterparty",
                            ),
                        ),
                        (
                            "employee",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to="companies.employee",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "role in a company",
                        "verbose_name_plural": "roles in companies",
                        "ordering": ["-is_default", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("employee", "counterparty"), name="membership_is_one_role"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_default", True)),
                                fields=("employee",),
                                name="membership_one_default",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Organization",
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
                        ("name", models.CharField(max_length=255, verbose_name="name")),
                        (
                            "full_name",
                            models.CharField(blank=True, max_length=255, verbose_name="full name"),
                        ),
                        (
                            "inn",
                            models.CharField(
                                blank=True,
                                max_length=12,
                                validators=[b2b_apps.companies.requisites.validate_inn],
                                verbose_name="INN",
                            ),
                        ),
                        (
                            "kpp",
                            models.CharField(
                                blank=True,
                                max_length=9,
                                validators=[b2b_apps.companies.requisites.validate_kpp],
                                verbose_name="KPP",
                            ),
                        ),
                        (
                            "ogrn",
                            models.CharField(
                                blank=True,
                                max_length=15,
                                validators=[b2b_apps.companies.requisites.validate_ogrn],
                                verbose_name="OGRN",
                            ),
                        ),
                        (
                            "legal_address",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="legal address"
                            ),
                        ),
                        (
                            "phone",
                            models.CharField(blank=True, max_length=100, verbose_name="phone"),
                        ),
                        (
                            "email",
                            models.EmailField(blank=True, max_length=254, verbose_name="e-mail"),
                        ),
                        (
                            "director",
                            models.CharField(blank=True, max_length=255, verbose_name="director"),
                        ),
                        (
                            "accountant",
                            models.CharField(
                                blank=True, max_length=255, verbose_name="chief accountant"
                            ),
                        ),
                        (
                            "bank_name",
                            models.CharField(blank=True, max_length=255, verbose_name="bank"),
                        ),
                        (
                            "bank_bic",
                            models.CharField(blank=True, max_length=9, verbose_name="BIC"),
                        ),
                        (
                            "bank_correspondent_account",
                            models.CharField(
                                blank=True, max_length=20, verbose_name="correspondent account"
                            ),
                        ),
                        (
                            "bank_account",
                            models.CharField(
                                blank=True, max_length=20, verbose_name="bank account"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "organization",
                        "verbose_name_plural": "organizations",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Segment",
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
                            "name",
                            models.CharField(max_length=120, unique=True, verbose_name="name"),
                        ),
                    ],
                    options={
                        "verbose_name": "segment",
                        "verbose_name_plural": "segments",
                        "ordering": ["name"],
                    },
                ),
            ]
        ),
        # An e-mail, whatever its case, belongs to one account.
        migrations.RunSQL(
            "CREATE UNIQUE INDEX auth_user_email_lower_unique ON auth_user (lower(email)) "
            "WHERE email <> ''",
            "DROP INDEX auth_user_email_lower_unique",
        ),
    ]
