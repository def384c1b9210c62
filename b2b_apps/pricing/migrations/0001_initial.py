import b2b_apps.pricing.models.imports
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [
        ("pricing", "0002_rules_rates_projects"),
        ("pricing", "0003_rules_agreed_and_journal"),
        ("pricing", "0004_price_files"),
        ("pricing", "0005_asked_prices"),
        ("pricing", "0006_refined_prices"),
        ("pricing", "0007_switched_by_staff"),
        ("pricing", "0008_agreed_from_a_quantity"),
        ("pricing", "0009_price_counts"),
        ("pricing", "0010_rule_sheets"),
        ("pricing", "0011_prices_change_in_place"),
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
                    name="PriceList",
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
                            models.CharField(
                                choices=[
                                    ("project", "project prices"),
                                    ("contract", "contract prices"),
                                    ("price_type", "price type"),
                                    ("regional", "prices of a region"),
                                    ("fallback", "prices of last resort"),
                                    ("refined", "prices refined in 1C"),
                                ],
                                default="price_type",
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("name", models.CharField(max_length=255, verbose_name="name")),
                        (
                            "currency",
                            models.CharField(default="RUB", max_length=3, verbose_name="currency"),
                        ),
                        (
                            "includes_vat",
                            models.BooleanField(default=True, verbose_name="prices include VAT"),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "is_retail",
                            models.BooleanField(
                                default=False,
                                help_text="Shown beside the buyer's own price.",
                                verbose_name="retail column",
                            ),
                        ),
                        (
                            "base",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="derived",
                                to="pricing.pricelist",
                                verbose_name="reckoned from",
                            ),
                        ),
                        (
                            "base_percent",
                            models.DecimalField(
                                decimal_places=3,
                                default=0,
                                max_digits=7,
                                validators=[django.core.validators.MinValueValidator(-100)],
                                verbose_name="change to it, %",
                            ),
                        ),
                        (
                            "is_cost",
                            models.BooleanField(
                                default=False,
                                help_text="Seen by staff only; the floor of rules is reckoned from it.",
                                verbose_name="purchase prices",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="price_lists",
                                to="inventory.region",
                                verbose_name="region",
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
                            "switched_at",
                            models.DateTimeField(blank=True, editable=False, null=True),
                        ),
                        (
                            "switched_by",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "price list",
                        "verbose_name_plural": "price lists",
                        "ordering": ["kind", "name"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("is_retail", True),
                                    ("is_cost", True),
                                    ("kind__in", ["fallback", "regional"]),
                                    _connector="OR",
                                ),
                                fields=["kind"],
                                name="pricelist_for_all",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "regional"), ("region__isnull", False)),
                                    models.Q(
                                        models.Q(("kind", "regional"), _negated=True),
                                        ("region__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="pricelist_region_if_regional",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("base__isnull", True),
                                    models.Q(("base", models.F("id")), _negated=True),
                                    _connector="OR",
                                ),
                                name="pricelist_base_is_another",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("base_percent__gte", -100)),
                                name="pricelist_percent_leaves_a_price",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_from__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="pricelist_term_is_forward",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_active", False),
                                    models.Q(("is_off_by_1c", False), ("is_off_by_staff", False)),
                                    _connector="OR",
                                ),
                                name="pricelist_off_stays_off",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Price",
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
                            "minimum_quantity",
                            models.DecimalField(decimal_places=3, default=0, max_digits=15),
                        ),
                        ("amount", models.DecimalField(decimal_places=4, max_digits=14)),
                        ("valid_from", models.DateField(blank=True, null=True)),
                        ("valid_to", models.DateField(blank=True, null=True)),
                        (
                            "product",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="prices",
                                to="catalogue.product",
                            ),
                        ),
                        (
                            "price_list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="prices",
                                to="pricing.pricelist",
                            ),
                        ),
                        (
                            "pack_factor",
                            models.DecimalField(decimal_places=3, default=0, max_digits=15),
                        ),
                    ],
                    options={
                        "verbose_name": "price",
                        "verbose_name_plural": "prices",
                        "indexes": [
                            models.Index(
                                fields=["product", "price_list"],
                                name="pricing_pri_product_738c75_idx",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_from__isnull", False)),
                                fields=(
                                    "price_list",
                                    "product",
                                    "minimum_quantity",
                                    "pack_factor",
                                    "valid_from",
                                ),
                                name="price_is_one_from_a_date",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("valid_from__isnull", True)),
                                fields=("price_list", "product", "minimum_quantity", "pack_factor"),
                                name="price_is_one",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount__gte", 0),
                                    ("minimum_quantity__gte", 0),
                                    ("pack_factor__gte", 0),
                                ),
                                name="price_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CurrencyRate",
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
                        ("currency", models.CharField(max_length=3, verbose_name="currency")),
                        ("day", models.DateField(verbose_name="day")),
                        (
                            "rate",
                            models.DecimalField(
                                decimal_places=8, max_digits=18, verbose_name="roubles per unit"
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[("bank", "Bank of Russia"), ("hand", "by hand")],
                                max_length=4,
                                verbose_name="source",
                            ),
                        ),
                        ("loaded_at", models.DateTimeField(auto_now=True)),
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
                        "verbose_name": "rate",
                        "verbose_name_plural": "rates",
                        "ordering": ["-day", "currency"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("currency", "day", "source"), name="rate_is_one_per_day"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("rate__gt", 0)), name="rate_is_positive"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PriceChange",
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
                            "minimum_quantity",
                            models.DecimalField(decimal_places=3, default=0, max_digits=15),
                        ),
                        (
                            "pack_factor",
                            models.DecimalField(decimal_places=3, default=0, max_digits=15),
                        ),
                        ("valid_from", models.DateField(blank=True, null=True)),
                        (
                            "old_amount",
                            models.DecimalField(decimal_places=4, max_digits=14, null=True),
                        ),
                        (
                            "new_amount",
                            models.DecimalField(decimal_places=4, max_digits=14, null=True),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("exchange", "1C"),
                                    ("file", "file"),
                                    ("staff", "by hand"),
                                    ("project", "project"),
                                    ("live", "refined in 1C"),
                                ],
                                default="exchange",
                                max_length=8,
                            ),
                        ),
                        ("changed_at", models.DateTimeField()),
                        (
                            "price_list",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="pricing.pricelist",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="price_changes",
                                to="catalogue.product",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("new_valid_to", models.DateField(null=True)),
                        ("old_valid_to", models.DateField(null=True)),
                    ],
                    options={
                        "verbose_name": "change of price",
                        "verbose_name_plural": "history of prices",
                        "ordering": ["-changed_at", "-pk"],
                        "indexes": [
                            models.Index(
                                fields=["product", "price_list"], name="pricechange_of_product"
                            ),
                            models.Index(fields=["price_list", "id"], name="pricechange_of_list"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PriceRule",
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
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("live", "live"),
                                    ("off", "switched off"),
                                ],
                                default="draft",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                default=100, verbose_name="place in the order"
                            ),
                        ),
                        (
                            "action",
                            models.CharField(
                                choices=[
                                    ("percent", "by per cent"),
                                    ("step", "by a sum per unit"),
                                    ("fixed", "set the price"),
                                    ("on_request", "price on request"),
                                    ("unavailable", "not for sale"),
                                ],
                                default="percent",
                                max_length=12,
                                verbose_name="action",
                            ),
                        ),
                        (
                            "value",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=14,
                                null=True,
                                verbose_name="value",
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                default="RUB",
                                help_text="Of sums: step, price, cap.",
                                max_length=3,
                                verbose_name="currency",
                            ),
                        ),
                        (
                            "conditions",
                            models.JSONField(blank=True, default=list, verbose_name="conditions"),
                        ),
                        (
                            "valid_from",
                            models.DateTimeField(blank=True, null=True, verbose_name="from"),
                        ),
                        (
                            "valid_to",
                            models.DateTimeField(blank=True, null=True, verbose_name="until"),
                        ),
                        (
                            "round_to",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=10,
                                null=True,
                                verbose_name="round to",
                            ),
                        ),
                        (
                            "max_change",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=14,
                                null=True,
                                verbose_name="no more than, per unit",
                            ),
                        ),
                        (
                            "floor_percent",
                            models.DecimalField(
                                blank=True,
                                decimal_places=3,
                                max_digits=7,
                                null=True,
                                verbose_name="not below purchase price, +%",
                            ),
                        ),
                        (
                            "is_final",
                            models.BooleanField(
                                default=False,
                                help_text="Rules after it do not work.",
                                verbose_name="last rule",
                            ),
                        ),
                        (
                            "promo_code",
                            models.CharField(
                                blank=True,
                                help_text="Works only in a basket with this code.",
                                max_length=40,
                                verbose_name="promo code",
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
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
                        (
                            "replaces",
                            models.ForeignKey(
                                blank=True,
                                help_text="Published, the draft takes this rule's place.",
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="drafts",
                                to="pricing.pricerule",
                            ),
                        ),
                        (
                            "with_agreed",
                            models.BooleanField(
                                default=False,
                                help_text="Prices agreed by contract or for a project change as well.",
                                verbose_name="agreed prices too",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "price rule",
                        "verbose_name_plural": "price rules",
                        "ordering": ["priority", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("action__in", ["on_request", "unavailable"]),
                                    ("value__isnull", False),
                                    _connector="OR",
                                ),
                                name="pricerule_has_its_value",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("action", "fixed"), _negated=True),
                                    ("value__gte", 0),
                                    _connector="OR",
                                ),
                                name="pricerule_fixed_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("action", "percent"), _negated=True),
                                    ("value__gte", -100),
                                    _connector="OR",
                                ),
                                name="pricerule_percent_leaves_a_price",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_from__isnull", True),
                                    ("valid_to__gt", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="pricerule_term_is_forward",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("round_to__isnull", True), ("round_to__gt", 0), _connector="OR"
                                ),
                                name="pricerule_rounds_to_something",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PriceThreshold",
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
                            "minimum_sum",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=14,
                                validators=[django.core.validators.MinValueValidator(1)],
                                verbose_name="sum from which",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "price_list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="thresholds",
                                to="pricing.pricelist",
                                verbose_name="price type",
                            ),
                        ),
                        (
                            "target",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="pricing.pricelist",
                                verbose_name="takes the prices of",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "threshold of the basket's sum",
                        "verbose_name_plural": "thresholds of the basket's sum",
                        "ordering": ["price_list", "minimum_sum"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("price_list", "minimum_sum"),
                                name="threshold_is_one_per_sum",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("target", models.F("price_list")), _negated=True
                                ),
                                name="threshold_target_is_another",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RuleChange",
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
                            "event",
                            models.CharField(
                                choices=[
                                    ("made", "made"),
                                    ("changed", "changed"),
                                    ("published", "published"),
                                    ("off", "switched off"),
                                    ("replaced", "replaced by another version"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("changes", models.JSONField(blank=True, default=list)),
                        ("changed_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "rule",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="pricing.pricerule",
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
                        "verbose_name": "change of a price rule",
                        "verbose_name_plural": "history of price rules",
                        "ordering": ["-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="PriceImport",
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
                            "file",
                            models.FileField(
                                blank=True,
                                storage=b2b_apps.pricing.models.imports.private_storage,
                                upload_to="prices/%Y/%m/",
                            ),
                        ),
                        ("file_name", models.CharField(max_length=200, verbose_name="file")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("reading", "is being read"),
                                    ("failed", "not read"),
                                    ("ready", "waits for you"),
                                    ("loading", "is being loaded"),
                                    ("loaded", "loaded"),
                                    ("undone", "undone"),
                                    ("dropped", "dropped"),
                                ],
                                default="reading",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "valid_from",
                            models.DateField(
                                blank=True,
                                help_text="For rows that name no date of their own.",
                                null=True,
                                verbose_name="valid from",
                            ),
                        ),
                        ("num_read", models.PositiveIntegerField(default=0)),
                        ("counts", models.JSONField(default=dict)),
                        ("reason", models.CharField(blank=True, max_length=40)),
                        ("details", models.JSONField(default=dict)),
                        ("has_drifted", models.BooleanField(default=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("loaded_at", models.DateTimeField(blank=True, null=True)),
                        ("undone_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "price_list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="imports",
                                to="pricing.pricelist",
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
                        "verbose_name": "file of prices",
                        "verbose_name_plural": "files of prices",
                        "ordering": ["-pk"],
                        "indexes": [
                            models.Index(fields=["price_list", "-id"], name="priceimport_of_list")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PriceImportRow",
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
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("new", "new"),
                                    ("changed", "changed"),
                                    ("same", "unchanged"),
                                    ("unknown", "article not known"),
                                    ("bad", "not taken"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("article", models.CharField(blank=True, max_length=255)),
                        ("name", models.CharField(blank=True, max_length=255)),
                        (
                            "minimum_quantity",
                            models.DecimalField(decimal_places=3, default=0, max_digits=15),
                        ),
                        (
                            "pack_factor",
                            models.DecimalField(decimal_places=3, default=0, max_digits=15),
                        ),
                        ("amount", models.DecimalField(decimal_places=4, max_digits=14, null=True)),
                        ("valid_from", models.DateField(null=True)),
                        ("valid_to", models.DateField(null=True)),
                        (
                            "old_amount",
                            models.DecimalField(decimal_places=4, max_digits=14, null=True),
                        ),
                        ("old_valid_to", models.DateField(null=True)),
                        ("shift", models.DecimalField(decimal_places=1, max_digits=12, null=True)),
                        ("reason", models.CharField(blank=True, max_length=40)),
                        ("details", models.JSONField(default=dict)),
                        (
                            "imported",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="pricing.priceimport",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="catalogue.product",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["number"],
                        "indexes": [
                            models.Index(
                                fields=["imported", "kind", "number"], name="priceimportrow_of_kind"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("imported", "number"), name="priceimportrow_is_one_per_row"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("kind__in", ["new", "changed", "same"]), _negated=True
                                    ),
                                    models.Q(("amount__isnull", False), ("product__isnull", False)),
                                    _connector="OR",
                                ),
                                name="priceimportrow_has_what_is_loaded",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PriceCount",
                    fields=[
                        (
                            "price_list",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="price_count",
                                serialize=False,
                                to="pricing.pricelist",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "number of prices",
                        "verbose_name_plural": "numbers of prices",
                    },
                ),
            ]
        ),
        # Prices are changed where they lie: an amount stands in no index, so its new version needs
        # none as long as the page has room for it.
        migrations.RunSQL(
            "ALTER TABLE pricing_price SET (fillfactor = 50)",
            "ALTER TABLE pricing_price RESET (fillfactor)",
        ),
    ]
