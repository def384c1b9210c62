import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [
        ("order", "1002_order_number"),
        ("order", "1003_credit_state"),
        ("order", "1004_project"),
        ("order", "1005_stopped_by_credit"),
        ("order", "1006_order_groups_and_shipments_of_lines"),
        ("order", "1007_groups_and_shipments_filled"),
        ("order", "1008_revision"),
        ("order", "1009_price_steps"),
        ("order", "1010_shipping_requests"),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("basket", "1001_wholesale"),
        ("catalogue", "1001_wholesale"),
        ("companies", "0001_initial"),
        ("contracts", "0001_initial"),
        ("fulfilment", "0001_initial"),
        ("order", "0021_billingaddress_code_shippingaddress_code"),
        ("pricing", "0002_projects"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE b2b_order_number START 100001",
            "DROP SEQUENCE b2b_order_number",
        ),
        AtOnce(
            [
                migrations.CreateModel(
                    name="OrderGroup",
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
                            "number",
                            models.CharField(max_length=128, unique=True, verbose_name="number"),
                        ),
                        (
                            "split_policy",
                            models.CharField(
                                blank=True, max_length=16, verbose_name="how it was split"
                            ),
                        ),
                        ("placed_at", models.DateTimeField(verbose_name="placed")),
                        (
                            "basket",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="order_group",
                                to="basket.basket",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="order_groups",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "counterparty",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="order_groups",
                                to="companies.counterparty",
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
                        "verbose_name": "order group",
                        "verbose_name_plural": "order groups",
                        "ordering": ["-placed_at", "-pk"],
                    },
                ),
                migrations.AlterModelOptions(
                    name="line",
                    options={
                        "ordering": ["order", "position"],
                        "verbose_name": "Order Line",
                        "verbose_name_plural": "Order Lines",
                    },
                ),
                migrations.AddField(
                    model_name="line",
                    name="article",
                    field=models.CharField(blank=True, max_length=255, verbose_name="article"),
                ),
                migrations.AddField(
                    model_name="line",
                    name="comment",
                    field=models.CharField(blank=True, max_length=255, verbose_name="comment"),
                ),
                migrations.AddField(
                    model_name="line",
                    name="position",
                    field=models.PositiveIntegerField(default=0, verbose_name="position"),
                ),
                migrations.AddField(
                    model_name="line",
                    name="quantity_shipped",
                    field=models.DecimalField(
                        decimal_places=3, default=0, max_digits=15, verbose_name="shipped"
                    ),
                ),
                migrations.AddField(
                    model_name="line",
                    name="unit_code",
                    field=models.CharField(blank=True, max_length=8, verbose_name="unit code"),
                ),
                migrations.AddField(
                    model_name="line",
                    name="unit_name",
                    field=models.CharField(blank=True, max_length=50, verbose_name="unit"),
                ),
                migrations.AddField(
                    model_name="line",
                    name="vat_amount",
                    field=models.DecimalField(
                        decimal_places=2, default=0, max_digits=14, verbose_name="VAT"
                    ),
                ),
                migrations.AddField(
                    model_name="line",
                    name="vat_label",
                    field=models.CharField(blank=True, max_length=32, verbose_name="VAT rate"),
                ),
                migrations.AddField(
                    model_name="line",
                    name="vat_percent",
                    field=models.DecimalField(
                        blank=True, decimal_places=2, max_digits=5, null=True
                    ),
                ),
                migrations.AddField(
                    model_name="line",
                    name="shipment",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="lines",
                        to="fulfilment.shipment",
                    ),
                ),
                migrations.AddField(
                    model_name="line",
                    name="price_steps",
                    field=models.JSONField(editable=False, null=True),
                ),
                migrations.AddField(
                    model_name="order",
                    name="comment",
                    field=models.TextField(blank=True, verbose_name="comment"),
                ),
                migrations.AddField(
                    model_name="order",
                    name="consignee_name",
                    field=models.CharField(blank=True, max_length=255, verbose_name="consignee"),
                ),
                migrations.AddField(
                    model_name="order",
                    name="contact_person",
                    field=models.CharField(
                        blank=True, max_length=255, verbose_name="contact person"
                    ),
                ),
                migrations.AddField(
                    model_name="order",
                    name="contact_phone",
                    field=models.CharField(
                        blank=True, max_length=100, verbose_name="contact phone"
                    ),
                ),
                migrations.AddField(
                    model_name="order",
                    name="contract",
                    field=models.ForeignKey(
                        default=None,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="contracts.contract",
                        verbose_name="contract",
                    ),
                    preserve_default=False,
                ),
                migrations.AddField(
                    model_name="order",
                    name="counterparty",
                    field=models.ForeignKey(
                        default=None,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="companies.counterparty",
                        verbose_name="counterparty",
                    ),
                    preserve_default=False,
                ),
                migrations.AddField(
                    model_name="order",
                    name="customer_number",
                    field=models.CharField(
                        blank=True, max_length=64, verbose_name="buyer's own number"
                    ),
                ),
                migrations.AddField(
                    model_name="order",
                    name="delivery_address",
                    field=models.CharField(
                        blank=True, max_length=500, verbose_name="delivery address"
                    ),
                ),
                migrations.AddField(
                    model_name="order",
                    name="delivery_method",
                    field=models.CharField(
                        blank=True, max_length=32, verbose_name="delivery method"
                    ),
                ),
                migrations.AddField(
                    model_name="order",
                    name="desired_date",
                    field=models.DateField(blank=True, null=True, verbose_name="desired date"),
                ),
                migrations.AddField(
                    model_name="order",
                    name="number_1c",
                    field=models.CharField(blank=True, max_length=64, verbose_name="number in 1C"),
                ),
                migrations.AddField(
                    model_name="order",
                    name="organization",
                    field=models.ForeignKey(
                        default=None,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="companies.organization",
                        verbose_name="organization",
                    ),
                    preserve_default=False,
                ),
                migrations.AddField(
                    model_name="order",
                    name="payment_due",
                    field=models.DateField(blank=True, null=True, verbose_name="pay until"),
                ),
                migrations.AddField(
                    model_name="order",
                    name="uid",
                    field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                migrations.AddField(
                    model_name="order",
                    name="vat_amount",
                    field=models.DecimalField(
                        decimal_places=2, default=0, max_digits=14, verbose_name="VAT"
                    ),
                ),
                migrations.AddField(
                    model_name="order",
                    name="vat_mode",
                    field=models.CharField(default="included", max_length=8, verbose_name="VAT"),
                ),
                migrations.AddField(
                    model_name="order",
                    name="credit_state",
                    field=models.CharField(blank=True, max_length=8, verbose_name="credit"),
                ),
                migrations.AddField(
                    model_name="order",
                    name="promo_code",
                    field=models.CharField(blank=True, max_length=40, verbose_name="promo code"),
                ),
                migrations.AddField(
                    model_name="order",
                    name="project",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="pricing.project",
                        verbose_name="project",
                    ),
                ),
                migrations.AddField(
                    model_name="order",
                    name="group",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="order.ordergroup",
                    ),
                ),
                migrations.AddField(
                    model_name="order",
                    name="revision",
                    field=models.PositiveIntegerField(default=0, verbose_name="revision"),
                ),
                migrations.AddField(
                    model_name="order",
                    name="price_terms",
                    field=models.JSONField(editable=False, null=True),
                ),
                migrations.AddField(
                    model_name="order",
                    name="num_shipping_requests",
                    field=models.PositiveSmallIntegerField(
                        default=0, verbose_name="shipping requests"
                    ),
                ),
                migrations.AlterField(
                    model_name="line",
                    name="line_price_before_discounts_excl_tax",
                    field=models.DecimalField(
                        decimal_places=2,
                        max_digits=14,
                        verbose_name="Price before discounts (excl. tax)",
                    ),
                ),
                migrations.AlterField(
                    model_name="line",
                    name="line_price_before_discounts_incl_tax",
                    field=models.DecimalField(
                        decimal_places=2,
                        max_digits=14,
                        verbose_name="Price before discounts (inc. tax)",
                    ),
                ),
                migrations.AlterField(
                    model_name="line",
                    name="line_price_excl_tax",
                    field=models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="Price (excl. tax)"
                    ),
                ),
                migrations.AlterField(
                    model_name="line",
                    name="line_price_incl_tax",
                    field=models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="Price (inc. tax)"
                    ),
                ),
                migrations.AlterField(
                    model_name="line",
                    name="num_allocated",
                    field=models.DecimalField(
                        decimal_places=3, default=0, max_digits=15, verbose_name="Number allocated"
                    ),
                ),
                migrations.AlterField(
                    model_name="line",
                    name="quantity",
                    field=models.DecimalField(
                        decimal_places=3, max_digits=15, verbose_name="Quantity"
                    ),
                ),
                migrations.AlterField(
                    model_name="line",
                    name="unit_price_excl_tax",
                    field=models.DecimalField(
                        decimal_places=4,
                        max_digits=14,
                        null=True,
                        verbose_name="Unit Price (excl. tax)",
                    ),
                ),
                migrations.AlterField(
                    model_name="line",
                    name="unit_price_incl_tax",
                    field=models.DecimalField(
                        decimal_places=4,
                        max_digits=14,
                        null=True,
                        verbose_name="Unit Price (inc. tax)",
                    ),
                ),
                migrations.AlterField(
                    model_name="order",
                    name="total_excl_tax",
                    field=models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="Order total (excl. tax)"
                    ),
                ),
                migrations.AlterField(
                    model_name="order",
                    name="total_incl_tax",
                    field=models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="Order total (inc. tax)"
                    ),
                ),
                migrations.AddIndex(
                    model_name="order",
                    index=models.Index(
                        condition=models.Q(("credit_state__in", ["held", "waiting"])),
                        fields=["date_placed"],
                        name="order_stopped_by_credit",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="line",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="orderline_quantity_positive"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="order",
                    constraint=models.UniqueConstraint(
                        fields=("group", "organization"), name="order_is_one_per_organization"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="order",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("credit_state__in", ["", "held", "waiting", "released"])
                        ),
                        name="order_credit_state_is_known",
                    ),
                ),
            ]
        ),
    ]
