import django.db.models.deletion
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [
        ("catalogue", "1002_product_price_visibility"),
        ("catalogue", "1003_switched_by_staff"),
        ("catalogue", "1004_values_by_product"),
    ]

    dependencies = [
        ("address", "0007_useraddress_code"),
        ("analytics", "0003_auto_20200801_0817"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("basket", "0012_line_code"),
        ("catalogue", "0032_category_exclude_from_menu_category_long_description"),
        ("communication", "0004_auto_20200801_0817"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("customer", "0008_assign_permissions_to_staff"),
        ("flatpages", "0001_initial"),
        ("offer", "0013_range_excluded_categories"),
        ("order", "0021_billingaddress_code_shippingaddress_code"),
        ("partner", "0007_partneraddress_code"),
        ("payment", "0005_auto_20200801_0817"),
        ("reviews", "0005_productreview_code"),
        ("sessions", "0001_initial"),
        ("shipping", "0003_auto_20181115_1953"),
        ("sites", "0002_alter_domain_unique"),
        ("voucher", "0010_auto_20210224_0712"),
        ("wishlists", "0004_auto_20220328_0939"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="Unit",
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
                            "code",
                            models.CharField(max_length=8, unique=True, verbose_name="OKEI code"),
                        ),
                        ("short_name", models.CharField(max_length=50, verbose_name="short name")),
                        (
                            "full_name",
                            models.CharField(blank=True, max_length=120, verbose_name="full name"),
                        ),
                        (
                            "international",
                            models.CharField(
                                blank=True, max_length=10, verbose_name="international code"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "unit",
                        "verbose_name_plural": "units",
                        "ordering": ["short_name"],
                    },
                ),
                migrations.CreateModel(
                    name="VatRate",
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
                        ("code", models.SlugField(max_length=16, unique=True)),
                        ("label", models.CharField(max_length=32, verbose_name="label")),
                        (
                            "percent",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=5,
                                null=True,
                                verbose_name="percent",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "VAT rate",
                        "verbose_name_plural": "VAT rates",
                        "ordering": ["-percent"],
                    },
                ),
                migrations.CreateModel(
                    name="ProductUnit",
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
                        ("name", models.CharField(max_length=50, verbose_name="name")),
                        (
                            "factor",
                            models.DecimalField(
                                decimal_places=3, max_digits=15, verbose_name="base units in a pack"
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="packs",
                                to="catalogue.product",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="catalogue.unit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "pack",
                        "verbose_name_plural": "packs",
                        "ordering": ["factor"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("product", "name", "factor"), name="pack_is_one"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("factor__gt", 0)), name="pack_factor_positive"
                            ),
                        ],
                    },
                ),
                migrations.AddField(
                    model_name="product",
                    name="article",
                    field=models.CharField(
                        blank=True, db_index=True, max_length=255, verbose_name="article"
                    ),
                ),
                migrations.AddField(
                    model_name="product",
                    name="barcode",
                    field=models.CharField(
                        blank=True, db_index=True, max_length=64, verbose_name="barcode"
                    ),
                ),
                migrations.AddField(
                    model_name="product",
                    name="brand",
                    field=models.CharField(
                        blank=True, db_index=True, max_length=120, verbose_name="brand"
                    ),
                ),
                migrations.AddField(
                    model_name="product",
                    name="characteristic",
                    field=models.CharField(
                        blank=True, max_length=255, verbose_name="characteristic"
                    ),
                ),
                migrations.AddField(
                    model_name="product",
                    name="code_1c",
                    field=models.CharField(blank=True, max_length=64, verbose_name="code in 1C"),
                ),
                migrations.AddField(
                    model_name="product",
                    name="minimum_quantity",
                    field=models.DecimalField(
                        decimal_places=3, default=0, max_digits=15, verbose_name="minimum quantity"
                    ),
                ),
                migrations.AddField(
                    model_name="product",
                    name="order_multiple",
                    field=models.DecimalField(
                        decimal_places=3, default=1, max_digits=15, verbose_name="order multiple"
                    ),
                ),
                migrations.AddField(
                    model_name="product",
                    name="volume_m3",
                    field=models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        max_digits=14,
                        null=True,
                        verbose_name="volume, m³",
                    ),
                ),
                migrations.AddField(
                    model_name="product",
                    name="weight_kg",
                    field=models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        max_digits=12,
                        null=True,
                        verbose_name="weight, kg",
                    ),
                ),
                migrations.AddField(
                    model_name="product",
                    name="base_unit",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="catalogue.unit",
                        verbose_name="base unit",
                    ),
                ),
                migrations.AddField(
                    model_name="product",
                    name="vat_rate",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="catalogue.vatrate",
                        verbose_name="VAT rate",
                    ),
                ),
                migrations.AddField(
                    model_name="product",
                    name="price_visibility",
                    field=models.CharField(
                        choices=[
                            ("shown", "shown"),
                            ("on_request", "on request"),
                            ("hidden", "hidden"),
                        ],
                        default="shown",
                        max_length=10,
                        verbose_name="price",
                    ),
                ),
                migrations.AddField(
                    model_name="product",
                    name="is_off_by_1c",
                    field=models.BooleanField(
                        default=False, editable=False, verbose_name="hidden by 1C"
                    ),
                ),
                migrations.AddField(
                    model_name="product",
                    name="is_off_by_staff",
                    field=models.BooleanField(default=False, verbose_name="hidden by us"),
                ),
                migrations.AlterField(
                    model_name="productattributevalue",
                    name="entity_content_type",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="contenttypes.contenttype",
                    ),
                ),
                migrations.AlterField(
                    model_name="productattributevalue",
                    name="product",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attribute_values",
                        to="catalogue.product",
                        verbose_name="Product",
                    ),
                ),
                migrations.AlterField(
                    model_name="productattributevalue",
                    name="value_boolean",
                    field=models.BooleanField(blank=True, null=True, verbose_name="Boolean"),
                ),
                migrations.AlterField(
                    model_name="productattributevalue",
                    name="value_date",
                    field=models.DateField(blank=True, null=True, verbose_name="Date"),
                ),
                migrations.AlterField(
                    model_name="productattributevalue",
                    name="value_datetime",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="DateTime"),
                ),
                migrations.AlterField(
                    model_name="productattributevalue",
                    name="value_float",
                    field=models.FloatField(blank=True, null=True, verbose_name="Float"),
                ),
                migrations.AlterField(
                    model_name="productattributevalue",
                    name="value_integer",
                    field=models.IntegerField(blank=True, null=True, verbose_name="Integer"),
                ),
                migrations.AlterUniqueTogether(
                    name="productattributevalue",
                    unique_together={("product", "attribute")},
                ),
                migrations.AddConstraint(
                    model_name="product",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("is_public", False),
                            models.Q(("is_off_by_1c", False), ("is_off_by_staff", False)),
                            _connector="OR",
                        ),
                        name="product_off_stays_off",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="product",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("minimum_quantity__gte", 0), ("order_multiple__gt", 0)),
                        name="product_pack_rules_positive",
                    ),
                ),
            ]
        ),
    ]
