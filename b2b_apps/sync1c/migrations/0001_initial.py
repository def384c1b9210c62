import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [
        ("sync1c", "0002_exchange_credentials_and_statuses"),
        ("sync1c", "0004_refusals_are_guesses"),
        ("sync1c", "0005_bytes_of_a_session"),
        ("sync1c", "0006_files_imported_again"),
        ("sync1c", "0007_empty_polls"),
        ("sync1c", "0008_switched_off_by_1c"),
        ("sync1c", "0009_live_prices"),
        ("sync1c", "0010_statuses"),
        ("sync1c", "0011_own_statuses"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("catalogue", "1001_wholesale"),
        ("companies", "0001_initial"),
        ("contracts", "0001_initial"),
        ("fulfilment", "0001_initial"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="ExchangeFile",
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
                        ("name", models.CharField(max_length=255)),
                        ("size", models.PositiveBigIntegerField(default=0)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("receiving", "being received"),
                                    ("queued", "queued"),
                                    ("running", "being imported"),
                                    ("done", "imported"),
                                    ("failed", "failed"),
                                ],
                                default="receiving",
                                max_length=10,
                            ),
                        ),
                        ("progress", models.PositiveIntegerField(default=0)),
                        ("message", models.TextField(blank=True)),
                        ("counts", models.JSONField(blank=True, default=dict)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
                                to="sync1c.exchangesession",
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        (
                            "again_after",
                            models.DateTimeField(blank=True, editable=False, null=True),
                        ),
                    ],
                    options={
                        "ordering": ["pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("session", "name"), name="exchangefile_name"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ExchangeConnection",
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
                        (
                            "source",
                            models.SlugField(
                                default=uuid.uuid4,
                                max_length=64,
                                unique=True,
                                verbose_name="source of external ids",
                            ),
                        ),
                        (
                            "username",
                            models.CharField(max_length=150, unique=True, verbose_name="user name"),
                        ),
                        (
                            "password",
                            models.CharField(
                                help_text="Kept as a hash.", max_length=256, verbose_name="password"
                            ),
                        ),
                        (
                            "encoding",
                            models.CharField(
                                choices=[
                                    ("windows-1251", "windows-1251"),
                                    ("utf-8", "UTF-8"),
                                    ("utf-8-sig", "UTF-8 + BOM"),
                                ],
                                default="windows-1251",
                                max_length=12,
                                verbose_name="encoding of orders",
                            ),
                        ),
                        (
                            "use_zip",
                            models.BooleanField(default=False, verbose_name="ask for zip archives"),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                to="companies.organization",
                                verbose_name="organization by default",
                            ),
                        ),
                        (
                            "fingerprint",
                            models.CharField(blank=True, editable=False, max_length=64),
                        ),
                        ("live_failures", models.PositiveIntegerField(default=0, editable=False)),
                        ("live_password", models.TextField(blank=True, editable=False)),
                        (
                            "live_rests_until",
                            models.DateTimeField(blank=True, editable=False, null=True),
                        ),
                        (
                            "live_url",
                            models.CharField(
                                blank=True,
                                help_text="The base's address on its web server, without /hs/…; empty: not asked.",
                                max_length=500,
                                verbose_name="address for live prices",
                            ),
                        ),
                        (
                            "live_username",
                            models.CharField(blank=True, max_length=150, verbose_name="user of 1C"),
                        ),
                    ],
                    options={
                        "verbose_name": "connection to 1C",
                        "verbose_name_plural": "connections to 1C",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="ExchangeProblem",
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
                            "level",
                            models.CharField(
                                choices=[("warning", "warning"), ("error", "error")],
                                default="error",
                                max_length=8,
                            ),
                        ),
                        ("code", models.CharField(max_length=64)),
                        ("kind", models.CharField(blank=True, max_length=32)),
                        ("external_id", models.CharField(blank=True, max_length=200)),
                        ("line", models.PositiveIntegerField(default=0)),
                        ("text", models.TextField()),
                        ("excerpt", models.TextField(blank=True)),
                        (
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="problems",
                                to="sync1c.exchangefile",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "problem of an exchange",
                        "verbose_name_plural": "problems of an exchange",
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="ExchangeSession",
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
                                    ("catalog", "goods"),
                                    ("sale", "orders"),
                                    ("reference", "directories"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "under way"),
                                    ("done", "applied"),
                                    ("errors", "applied with errors"),
                                    ("failed", "failed"),
                                ],
                                default="open",
                                max_length=8,
                            ),
                        ),
                        ("cookie", models.CharField(max_length=64, unique=True)),
                        ("sessid", models.CharField(blank=True, max_length=64)),
                        ("version", models.CharField(blank=True, max_length=8)),
                        ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("last_seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                        ("offered", models.JSONField(blank=True, default=list)),
                        ("created", models.PositiveIntegerField(default=0)),
                        ("changed", models.PositiveIntegerField(default=0)),
                        ("unchanged", models.PositiveIntegerField(default=0)),
                        ("failed", models.PositiveIntegerField(default=0)),
                        (
                            "connection",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sessions",
                                to="sync1c.exchangeconnection",
                            ),
                        ),
                        ("stored_bytes", models.PositiveBigIntegerField(default=0)),
                        ("sent", models.PositiveIntegerField(default=0)),
                        ("is_idle", models.BooleanField(default=False)),
                    ],
                    options={
                        "verbose_name": "exchange session",
                        "verbose_name_plural": "exchange sessions",
                        "ordering": ["-pk"],
                        "indexes": [
                            models.Index(fields=["is_idle", "-id"], name="exchangesession_newest")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StatusMapping",
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
                            "text",
                            models.CharField(
                                max_length=120, unique=True, verbose_name="status in 1C"
                            ),
                        ),
                        (
                            "meaning",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "changes nothing"),
                                    ("confirmed", "confirmed"),
                                    ("picking", "being picked"),
                                    ("shipped", "shipped"),
                                    ("cancelled", "cancelled"),
                                ],
                                default="",
                                max_length=10,
                                verbose_name="meaning",
                            ),
                        ),
                        (
                            "own_status",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="texts",
                                to="fulfilment.statuslook",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "status of 1C",
                        "verbose_name_plural": "statuses of 1C",
                        "ordering": ["text"],
                    },
                ),
                migrations.CreateModel(
                    name="PriceInquiry",
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
                        ("asked_at", models.DateTimeField()),
                        ("problem", models.CharField(blank=True, max_length=16)),
                        ("lines", models.JSONField(default=dict)),
                        ("num_left", models.PositiveIntegerField(default=0)),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "question about prices",
                        "verbose_name_plural": "questions about prices",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("user", "contract"), name="inquiry_is_one"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StatusMappingChange",
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
                        ("text", models.CharField(max_length=120)),
                        ("was", models.CharField(blank=True, max_length=10)),
                        ("is_new", models.BooleanField(default=False)),
                        ("now", models.CharField(blank=True, max_length=10)),
                        ("made_at", models.DateTimeField(auto_now_add=True)),
                        ("is_applied", models.BooleanField(default=False)),
                        ("num_orders", models.PositiveIntegerField(default=0)),
                        ("orders", models.JSONField(blank=True, default=list)),
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
                        ("own_now", models.CharField(blank=True, max_length=40)),
                        ("own_was", models.CharField(blank=True, max_length=40)),
                    ],
                    options={
                        "verbose_name": "change of a meaning",
                        "verbose_name_plural": "history of meanings",
                        "ordering": ["-pk"],
                    },
                ),
            ]
        ),
    ]
