import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
from decimal import Decimal
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [("delivery", "0002_carriers")]

    initial = True

    dependencies = [
        ("catalogue", "1001_wholesale"),
        ("fulfilment", "0001_initial"),
        ("partner", "0007_partneraddress_code"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="CalendarDay",
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
                        ("day", models.DateField(unique=True, verbose_name="day")),
                        ("is_working", models.BooleanField(default=False, verbose_name="worked")),
                        (
                            "name",
                            models.CharField(blank=True, max_length=120, verbose_name="what it is"),
                        ),
                    ],
                    options={
                        "verbose_name": "day of the calendar",
                        "verbose_name_plural": "days of the calendar",
                        "ordering": ["day"],
                    },
                ),
                migrations.CreateModel(
                    name="DeliveryMethod",
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
                            "weekdays",
                            models.CharField(
                                default="12345",
                                max_length=7,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[1-7]{1,7}$", "Digits of weekdays, Monday is 1."
                                    )
                                ],
                                verbose_name="weekdays",
                            ),
                        ),
                        (
                            "cut_off",
                            models.TimeField(blank=True, null=True, verbose_name="ordered before"),
                        ),
                        (
                            "lead_days",
                            models.PositiveSmallIntegerField(
                                default=0, verbose_name="working days ahead"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("pickup", "pick-up"),
                                    ("own", "our transport"),
                                    ("carrier", "carrier"),
                                ],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "about",
                            models.CharField(
                                blank=True, max_length=255, verbose_name="in one line"
                            ),
                        ),
                        ("conditions", models.TextField(blank=True, verbose_name="conditions")),
                        ("papers", models.TextField(blank=True, verbose_name="papers needed")),
                        (
                            "hours",
                            models.CharField(
                                blank=True, max_length=255, verbose_name="opening hours"
                            ),
                        ),
                        (
                            "is_to_customer",
                            models.BooleanField(
                                default=False, verbose_name="to the buyer's customer"
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="offered")),
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=0, verbose_name="position"),
                        ),
                        (
                            "vat_percent",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                default=22,
                                max_digits=5,
                                null=True,
                                verbose_name="VAT, %",
                            ),
                        ),
                        (
                            "carrier",
                            models.CharField(blank=True, max_length=16, verbose_name="carrier"),
                        ),
                        (
                            "tariff_code",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="carrier's tariff"
                            ),
                        ),
                        (
                            "is_to_point",
                            models.BooleanField(default=False, verbose_name="to a delivery point"),
                        ),
                        (
                            "markup_percent",
                            models.DecimalField(
                                decimal_places=2, default=0, max_digits=5, verbose_name="markup, %"
                            ),
                        ),
                        (
                            "max_weight_kg",
                            models.DecimalField(
                                blank=True,
                                decimal_places=3,
                                max_digits=10,
                                null=True,
                                verbose_name="weight up to, kg",
                            ),
                        ),
                        (
                            "warehouses",
                            models.ManyToManyField(
                                blank=True,
                                related_name="+",
                                to="partner.partner",
                                verbose_name="warehouses",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "delivery method",
                        "verbose_name_plural": "delivery methods",
                        "ordering": ["position", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "carrier"), _negated=True),
                                    models.Q(
                                        ("tariff_code__isnull", False),
                                        models.Q(("carrier", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="deliverymethod_of_a_carrier_has_its_tariff",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("markup_percent__gte", 0)),
                                name="deliverymethod_markup",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DeliveryZone",
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
                            "weekdays",
                            models.CharField(
                                default="12345",
                                max_length=7,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[1-7]{1,7}$", "Digits of weekdays, Monday is 1."
                                    )
                                ],
                                verbose_name="weekdays",
                            ),
                        ),
                        (
                            "cut_off",
                            models.TimeField(blank=True, null=True, verbose_name="ordered before"),
                        ),
                        (
                            "lead_days",
                            models.PositiveSmallIntegerField(
                                default=0, verbose_name="working days ahead"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("cities", models.TextField(blank=True, verbose_name="cities")),
                        (
                            "postcodes",
                            models.TextField(blank=True, verbose_name="beginnings of postcodes"),
                        ),
                        ("regions", models.TextField(blank=True, verbose_name="regions")),
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=0, verbose_name="position"),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="served")),
                        (
                            "free_from",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=14,
                                null=True,
                                verbose_name="free from goods for",
                            ),
                        ),
                        (
                            "method",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="zones",
                                to="delivery.deliverymethod",
                            ),
                        ),
                        (
                            "warehouse",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="partner.partner",
                                verbose_name="warehouse",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "delivery zone",
                        "verbose_name_plural": "delivery zones",
                        "ordering": ["method", "position", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="DeliveryWindow",
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
                            "weekdays",
                            models.CharField(
                                default="12345", max_length=7, verbose_name="weekdays"
                            ),
                        ),
                        ("starts", models.TimeField(verbose_name="from")),
                        ("ends", models.TimeField(verbose_name="to")),
                        ("capacity", models.PositiveIntegerField(verbose_name="orders at most")),
                        ("is_active", models.BooleanField(default=True, verbose_name="offered")),
                        (
                            "method",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="windows",
                                to="delivery.deliverymethod",
                            ),
                        ),
                        (
                            "warehouse",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="partner.partner",
                                verbose_name="warehouse",
                            ),
                        ),
                        (
                            "zone",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="windows",
                                to="delivery.deliveryzone",
                                verbose_name="zone",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "delivery window",
                        "verbose_name_plural": "delivery windows",
                        "ordering": ["method", "zone", "starts", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends__gt", models.F("starts"))),
                                name="window_ends_later",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DeliveryStep",
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
                            "up_to_kg",
                            models.DecimalField(
                                blank=True, decimal_places=3, max_digits=10, null=True
                            ),
                        ),
                        (
                            "up_to_m3",
                            models.DecimalField(
                                blank=True, decimal_places=3, max_digits=10, null=True
                            ),
                        ),
                        ("price", models.DecimalField(decimal_places=2, max_digits=14)),
                        (
                            "zone",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="delivery.deliveryzone",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "price of a zone",
                        "verbose_name_plural": "prices of zones",
                        "ordering": [
                            "zone",
                            models.OrderBy(models.F("up_to_kg"), nulls_last=True),
                            "price",
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("price__gte", 0)), name="deliverystep_price"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WindowLoad",
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
                        ("day", models.DateField()),
                        ("taken", models.PositiveIntegerField(default=0)),
                        ("capacity", models.PositiveIntegerField(blank=True, null=True)),
                        (
                            "window",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="loads",
                                to="delivery.deliverywindow",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "load of a window",
                        "verbose_name_plural": "loads of windows",
                        "ordering": ["day", "window"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("window", "day"), name="windowload_is_one_a_day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ShipmentDelivery",
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
                        ("kind", models.CharField(max_length=8)),
                        ("name", models.CharField(max_length=120)),
                        ("zone_name", models.CharField(blank=True, max_length=120)),
                        (
                            "price_excl_tax",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0.00"), max_digits=14
                            ),
                        ),
                        (
                            "price_incl_tax",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0.00"), max_digits=14
                            ),
                        ),
                        (
                            "vat_amount",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0.00"), max_digits=14
                            ),
                        ),
                        (
                            "vat_percent",
                            models.DecimalField(decimal_places=2, max_digits=5, null=True),
                        ),
                        ("is_told_later", models.BooleanField(default=False)),
                        ("arrives_from", models.DateField(null=True)),
                        ("arrives_to", models.DateField(null=True)),
                        ("window_text", models.CharField(blank=True, max_length=32)),
                        ("is_to_customer", models.BooleanField(default=False)),
                        ("recipient_name", models.CharField(blank=True, max_length=255)),
                        ("recipient_phone", models.CharField(blank=True, max_length=100)),
                        ("recipient_address", models.CharField(blank=True, max_length=500)),
                        ("carrier", models.CharField(blank=True, max_length=16)),
                        ("tariff_code", models.PositiveIntegerField(null=True)),
                        ("point_code", models.CharField(blank=True, max_length=32)),
                        ("point_address", models.CharField(blank=True, max_length=255)),
                        (
                            "registration",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "not with a carrier"),
                                    ("waiting", "waits for the carrier"),
                                    ("sent", "sent to the carrier"),
                                    ("done", "taken by the carrier"),
                                    ("failed", "refused by the carrier"),
                                    ("cancelled", "called off"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("carrier_uuid", models.CharField(blank=True, max_length=64)),
                        (
                            "tracking_number",
                            models.CharField(blank=True, db_index=True, max_length=64),
                        ),
                        ("statuses", models.JSONField(default=list)),
                        ("problem", models.CharField(blank=True, max_length=500)),
                        ("asked_at", models.DateTimeField(null=True)),
                        (
                            "method",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="delivery.deliverymethod",
                            ),
                        ),
                        (
                            "shipment",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="delivery",
                                to="fulfilment.shipment",
                            ),
                        ),
                        (
                            "load",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deliveries",
                                to="delivery.windowload",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "delivery of a shipment",
                        "verbose_name_plural": "deliveries of shipments",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("registration__in", ["sent", "done"])),
                                fields=["asked_at"],
                                name="delivery_on_its_way",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "price_incl_tax",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("price_excl_tax"), "+", models.F("vat_amount")
                                        ),
                                    )
                                ),
                                name="shipmentdelivery_sums_add_up",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("price_excl_tax__gte", 0), ("vat_amount__gte", 0)
                                ),
                                name="shipmentdelivery_sums_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CarrierCity",
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
                        ("carrier", models.CharField(max_length=16)),
                        ("code", models.PositiveIntegerField()),
                        ("name", models.CharField(max_length=255)),
                        ("folded", models.CharField(max_length=255)),
                        ("region", models.CharField(blank=True, max_length=255)),
                        ("loaded_at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "city of a carrier",
                        "verbose_name_plural": "cities of carriers",
                        "indexes": [
                            models.Index(fields=["carrier", "folded"], name="carriercity_by_name")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("carrier", "code"), name="carriercity_is_one"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CarrierPoint",
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
                        ("carrier", models.CharField(max_length=16)),
                        ("code", models.CharField(max_length=32)),
                        ("city_code", models.PositiveIntegerField()),
                        ("name", models.CharField(blank=True, max_length=255)),
                        ("address", models.CharField(max_length=255)),
                        ("hours", models.CharField(blank=True, max_length=255)),
                        ("max_kg", models.DecimalField(decimal_places=3, max_digits=10, null=True)),
                        ("is_active", models.BooleanField(default=True)),
                        ("loaded_at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "delivery point of a carrier",
                        "verbose_name_plural": "delivery points of carriers",
                        "ordering": ["address", "code"],
                        "indexes": [
                            models.Index(
                                fields=["carrier", "city_code"], name="carrierpoint_in_city"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("carrier", "code"), name="carrierpoint_is_one"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KeptTariffs",
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
                        ("carrier", models.CharField(max_length=16)),
                        ("route", models.CharField(max_length=64)),
                        ("tariffs", models.JSONField()),
                        ("asked_at", models.DateTimeField(db_index=True)),
                    ],
                    options={
                        "verbose_name": "kept tariffs of a carrier",
                        "verbose_name_plural": "kept tariffs of carriers",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("carrier", "route"), name="kepttariffs_are_one"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
