from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [("integrations", "0002_carrier_account"), ("integrations", "0003_address_service")]

    initial = True

    dependencies = []

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="RateLoad",
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
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting"),
                                    ("done", "loaded"),
                                    ("failed", "failed"),
                                ],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        ("asked_day", models.DateField()),
                        ("day", models.DateField(blank=True, null=True)),
                        ("num_written", models.PositiveIntegerField(default=0)),
                        ("left_out", models.CharField(blank=True, max_length=255)),
                        ("problem", models.CharField(blank=True, max_length=32)),
                        ("detail", models.CharField(blank=True, max_length=255)),
                        ("started_at", models.DateTimeField(auto_now_add=True)),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "verbose_name": "load of rates",
                        "verbose_name_plural": "loads of rates",
                        "ordering": ["-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="CarrierAccount",
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
                        ("carrier", models.CharField(max_length=16, unique=True)),
                        (
                            "is_active",
                            models.BooleanField(default=False, verbose_name="asked for prices"),
                        ),
                        ("url", models.CharField(max_length=255, verbose_name="address")),
                        (
                            "client_id",
                            models.CharField(blank=True, max_length=128, verbose_name="account"),
                        ),
                        ("secret", models.TextField(blank=True, editable=False)),
                        (
                            "kg_per_piece",
                            models.DecimalField(
                                decimal_places=3,
                                default=30,
                                max_digits=7,
                                verbose_name="a place weighs at most, kg",
                            ),
                        ),
                        (
                            "sender_company",
                            models.CharField(blank=True, max_length=255, verbose_name="sender"),
                        ),
                        (
                            "sender_name",
                            models.CharField(
                                blank=True, max_length=255, verbose_name="who hands over"
                            ),
                        ),
                        (
                            "sender_phone",
                            models.CharField(
                                blank=True, max_length=32, verbose_name="phone of the sender"
                            ),
                        ),
                        ("hook_key", models.CharField(editable=False, max_length=64)),
                        ("token", models.TextField(blank=True, editable=False)),
                        ("token_until", models.DateTimeField(editable=False, null=True)),
                        ("rests_until", models.DateTimeField(editable=False, null=True)),
                        ("answered_at", models.DateTimeField(editable=False, null=True)),
                        ("problem", models.CharField(blank=True, editable=False, max_length=32)),
                        ("detail", models.CharField(blank=True, editable=False, max_length=255)),
                        ("failed_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "directory_state",
                            models.CharField(blank=True, editable=False, max_length=8),
                        ),
                        ("directory_at", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "account with a carrier",
                        "verbose_name_plural": "accounts with carriers",
                    },
                ),
                migrations.CreateModel(
                    name="AddressService",
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
                            "is_active",
                            models.BooleanField(
                                default=False, verbose_name="addresses are suggested"
                            ),
                        ),
                        ("url", models.CharField(max_length=255, verbose_name="address")),
                        ("key", models.TextField(blank=True, editable=False)),
                        ("rests_until", models.DateTimeField(editable=False, null=True)),
                        ("answered_at", models.DateTimeField(editable=False, null=True)),
                        ("failed_at", models.DateTimeField(editable=False, null=True)),
                        ("problem", models.CharField(blank=True, editable=False, max_length=32)),
                        ("detail", models.CharField(blank=True, editable=False, max_length=255)),
                    ],
                    options={
                        "verbose_name": "service of addresses",
                        "verbose_name_plural": "services of addresses",
                    },
                ),
            ]
        ),
    ]
