import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [
        ("basket", "1002_cached_totals"),
        ("basket", "1003_basket_promo_code"),
        ("basket", "1004_kept_figures"),
        ("basket", "1005_shared"),
        ("basket", "1006_quick"),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("basket", "0012_line_code"),
        ("catalogue", "1001_wholesale"),
        ("contracts", "0001_initial"),
        ("partner", "1001_wholesale"),
    ]

    operations = [
        AtOnce(
            [
                migrations.AddField(
                    model_name="basket",
                    name="contract",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="baskets",
                        to="contracts.contract",
                        verbose_name="contract",
                    ),
                ),
                migrations.AddField(
                    model_name="basket",
                    name="cached_total",
                    field=models.DecimalField(decimal_places=2, default=0, max_digits=14),
                ),
                migrations.AddField(
                    model_name="basket",
                    name="cached_num_lines",
                    field=models.PositiveIntegerField(default=0),
                ),
                migrations.AddField(
                    model_name="basket",
                    name="promo_code",
                    field=models.CharField(blank=True, max_length=40, verbose_name="promo code"),
                ),
                migrations.AddField(
                    model_name="basket",
                    name="kept_reached",
                    field=models.DecimalField(
                        decimal_places=2, editable=False, max_digits=14, null=True
                    ),
                ),
                migrations.AddField(
                    model_name="basket",
                    name="kept_since",
                    field=models.BigIntegerField(default=0, editable=False),
                ),
                migrations.AddField(
                    model_name="basket",
                    name="kept_terms",
                    field=models.CharField(default="", editable=False, max_length=32),
                ),
                migrations.AddField(
                    model_name="basket",
                    name="is_shared",
                    field=models.BooleanField(default=False, verbose_name="shared with colleagues"),
                ),
                migrations.AddField(
                    model_name="line",
                    name="comment",
                    field=models.CharField(blank=True, max_length=255, verbose_name="comment"),
                ),
                migrations.AddField(
                    model_name="line",
                    name="changed_by",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="last changed by",
                    ),
                ),
                migrations.AddField(
                    model_name="line",
                    name="from_warehouse",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="partner.partner",
                        verbose_name="warehouse that the buyer chose",
                    ),
                ),
                migrations.AddField(
                    model_name="line",
                    name="kept_excl_tax",
                    field=models.DecimalField(decimal_places=2, default=0, max_digits=14),
                ),
                migrations.AddField(
                    model_name="line",
                    name="kept_incl_tax",
                    field=models.DecimalField(decimal_places=2, default=0, max_digits=14),
                ),
                migrations.AddField(
                    model_name="line",
                    name="kept_is_blocking",
                    field=models.BooleanField(default=False, editable=False),
                ),
                migrations.AddField(
                    model_name="line",
                    name="kept_is_repriced",
                    field=models.BooleanField(default=False, editable=False),
                ),
                migrations.AddField(
                    model_name="line",
                    name="kept_problem",
                    field=models.CharField(default="", editable=False, max_length=12),
                ),
                migrations.AddField(
                    model_name="line",
                    name="kept_saving",
                    field=models.DecimalField(decimal_places=2, default=0, max_digits=14),
                ),
                migrations.AddField(
                    model_name="line",
                    name="kept_since",
                    field=models.BigIntegerField(editable=False, null=True),
                ),
                migrations.AddField(
                    model_name="line",
                    name="kept_usual",
                    field=models.DecimalField(decimal_places=2, default=0, max_digits=14),
                ),
                migrations.AddField(
                    model_name="line",
                    name="kept_vat_percent",
                    field=models.DecimalField(decimal_places=2, max_digits=5, null=True),
                ),
                migrations.AddField(
                    model_name="line",
                    name="kept_volume_m3",
                    field=models.DecimalField(decimal_places=9, default=0, max_digits=30),
                ),
                migrations.AddField(
                    model_name="line",
                    name="kept_warehouse",
                    field=models.BigIntegerField(editable=False, null=True),
                ),
                migrations.AddField(
                    model_name="line",
                    name="kept_weight_kg",
                    field=models.DecimalField(decimal_places=6, default=0, max_digits=27),
                ),
                migrations.AddField(
                    model_name="line",
                    name="pack",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="catalogue.productunit",
                        verbose_name="pack it is counted in",
                    ),
                ),
                migrations.AlterField(
                    model_name="line",
                    name="price_excl_tax",
                    field=models.DecimalField(
                        decimal_places=4, max_digits=14, null=True, verbose_name="Price excl. Tax"
                    ),
                ),
                migrations.AlterField(
                    model_name="line",
                    name="price_incl_tax",
                    field=models.DecimalField(
                        decimal_places=4, max_digits=14, null=True, verbose_name="Price incl. Tax"
                    ),
                ),
                migrations.AlterField(
                    model_name="line",
                    name="quantity",
                    field=models.DecimalField(
                        decimal_places=3, default=1, max_digits=15, verbose_name="Quantity"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="basket",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("status", "Open")),
                        fields=("owner", "contract"),
                        name="basket_open_is_one_per_contract",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="basket",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("status", "Quick")),
                        fields=("owner", "contract"),
                        name="basket_quick_is_one_per_contract",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="line",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="basketline_quantity_positive"
                    ),
                ),
            ]
        ),
    ]
