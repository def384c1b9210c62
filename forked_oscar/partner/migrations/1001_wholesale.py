import django.db.models.deletion
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [("partner", "1002_switched_by_staff")]

    dependencies = [
        ("catalogue", "1001_wholesale"),
        ("companies", "0001_initial"),
        ("inventory", "0001_initial"),
        ("partner", "0007_partneraddress_code"),
    ]

    operations = [
        AtOnce(
            [
                migrations.AlterModelOptions(
                    name="partner",
                    options={
                        "ordering": ["position", "name", "code"],
                        "permissions": (("dashboard_access", "Can access dashboard"),),
                        "verbose_name": "warehouse",
                        "verbose_name_plural": "warehouses",
                    },
                ),
                migrations.AddField(
                    model_name="partner",
                    name="address_text",
                    field=models.CharField(blank=True, max_length=500, verbose_name="address"),
                ),
                migrations.AddField(
                    model_name="partner",
                    name="is_active",
                    field=models.BooleanField(default=True, verbose_name="active"),
                ),
                migrations.AddField(
                    model_name="partner",
                    name="is_pickup_point",
                    field=models.BooleanField(default=False, verbose_name="pick-up point"),
                ),
                migrations.AddField(
                    model_name="partner",
                    name="organization",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="warehouses",
                        to="companies.organization",
                        verbose_name="organization",
                    ),
                ),
                migrations.AddField(
                    model_name="partner",
                    name="phone",
                    field=models.CharField(blank=True, max_length=100, verbose_name="phone"),
                ),
                migrations.AddField(
                    model_name="partner",
                    name="position",
                    field=models.PositiveSmallIntegerField(default=0, verbose_name="position"),
                ),
                migrations.AddField(
                    model_name="partner",
                    name="region",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="warehouses",
                        to="inventory.region",
                        verbose_name="region",
                    ),
                ),
                migrations.AddField(
                    model_name="partner",
                    name="short_name",
                    field=models.CharField(blank=True, max_length=40, verbose_name="short name"),
                ),
                migrations.AddField(
                    model_name="partner",
                    name="is_off_by_1c",
                    field=models.BooleanField(
                        default=False, editable=False, verbose_name="switched off in 1C"
                    ),
                ),
                migrations.AddField(
                    model_name="partner",
                    name="is_off_by_staff",
                    field=models.BooleanField(default=False, verbose_name="switched off by us"),
                ),
                migrations.AlterField(
                    model_name="stockrecord",
                    name="num_allocated",
                    field=models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        default=0,
                        max_digits=15,
                        null=True,
                        verbose_name="Number allocated",
                    ),
                ),
                migrations.AlterField(
                    model_name="stockrecord",
                    name="num_in_stock",
                    field=models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        default=0,
                        max_digits=15,
                        null=True,
                        verbose_name="Number in stock",
                    ),
                ),
                migrations.AlterField(
                    model_name="stockrecord",
                    name="price",
                    field=models.DecimalField(
                        blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="Price"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="partner",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("is_active", False),
                            models.Q(("is_off_by_1c", False), ("is_off_by_staff", False)),
                            _connector="OR",
                        ),
                        name="warehouse_off_stays_off",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="stockrecord",
                    constraint=models.UniqueConstraint(
                        fields=("product", "partner"), name="stockrecord_is_one_per_warehouse"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="stockrecord",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("num_allocated__gte", 0)),
                        name="stockrecord_allocated_not_negative",
                    ),
                ),
            ]
        ),
    ]
