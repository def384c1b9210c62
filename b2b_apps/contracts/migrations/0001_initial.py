import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [
        ("contracts", "0002_credit"),
        ("contracts", "0003_credit_positions"),
        ("contracts", "0004_trade_choice"),
        ("contracts", "0005_refined_prices"),
        ("contracts", "0006_credit_proposals"),
        ("contracts", "0007_switched_by_staff"),
        ("contracts", "0008_contract_changes"),
        ("contracts", "0009_project_of_the_choice"),
        ("contracts", "0010_whose_basket"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("catalogue", "1001_wholesale"),
        ("companies", "0001_initial"),
        ("order", "0021_billingaddress_code_shippingaddress_code"),
        ("pricing", "0001_initial"),
    ]

    operations = [
        AtOnce(
            [
                migrations.CreateModel(
                    name="Contract",
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
                        ("number", models.CharField(max_length=64, verbose_name="number")),
                        ("date", models.DateField(blank=True, null=True, verbose_name="date")),
                        ("name", models.CharField(blank=True, max_length=255, verbose_name="name")),
                        (
                            "currency",
                            models.CharField(default="RUB", max_length=3, verbose_name="currency"),
                        ),
                        (
                            "vat_mode",
                            models.CharField(
                                choices=[
                                    ("included", "VAT included"),
                                    ("on_top", "VAT on top"),
                                    ("none", "without VAT"),
                                ],
                                default="included",
                                max_length=8,
                                verbose_name="VAT",
                            ),
                        ),
                        (
                            "payment_kind",
                            models.CharField(
                                choices=[
                                    ("prepayment", "prepayment"),
                                    ("deferral", "deferral"),
                                    ("stages", "part in advance, the rest later"),
                                ],
                                default="prepayment",
                                max_length=12,
                                verbose_name="payment",
                            ),
                        ),
                        (
                            "deferral_days",
                            models.PositiveSmallIntegerField(
                                default=0, verbose_name="days of deferral"
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
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "counterparty",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contracts",
                                to="companies.counterparty",
                                verbose_name="counterparty",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contracts",
                                to="companies.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "own_price_list",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="own_contract",
                                to="pricing.pricelist",
                                verbose_name="contract prices",
                            ),
                        ),
                        (
                            "price_type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contracts",
                                to="pricing.pricelist",
                                verbose_name="price type",
                            ),
                        ),
                        (
                            "fixed_rate",
                            models.DecimalField(
                                blank=True,
                                decimal_places=8,
                                max_digits=18,
                                null=True,
                                verbose_name="fixed rate, roubles per unit",
                            ),
                        ),
                        (
                            "prepaid_percent",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                max_digits=5,
                                verbose_name="paid in advance, %",
                            ),
                        ),
                        (
                            "rate_markup_percent",
                            models.DecimalField(
                                decimal_places=3,
                                default=0,
                                max_digits=6,
                                verbose_name="added to the rate, %",
                            ),
                        ),
                        (
                            "rate_policy",
                            models.CharField(
                                choices=[
                                    ("bank", "Bank of Russia, day of the order"),
                                    ("fixed", "fixed in the contract"),
                                ],
                                default="bank",
                                max_length=5,
                                verbose_name="rate of currencies",
                            ),
                        ),
                        (
                            "refined_price_list",
                            models.OneToOneField(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="refined_contract",
                                to="pricing.pricelist",
                                verbose_name="prices refined in 1C",
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
                        "verbose_name": "contract",
                        "verbose_name_plural": "contracts",
                        "ordering": ["counterparty", "number"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_from__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="contract_term_is_forward",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("rate_policy", "fixed"), _negated=True),
                                    ("fixed_rate__gt", 0),
                                    _connector="OR",
                                ),
                                name="contract_fixed_rate_is_there",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("prepaid_percent__gte", 0), ("prepaid_percent__lte", 100)
                                ),
                                name="contract_prepaid_is_a_share",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_active", False),
                                    models.Q(("is_off_by_1c", False), ("is_off_by_staff", False)),
                                    _connector="OR",
                                ),
                                name="contract_off_stays_off",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditAccount",
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
                            "currency",
                            models.CharField(default="RUB", max_length=3, verbose_name="currency"),
                        ),
                        (
                            "limit",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=14,
                                null=True,
                                verbose_name="credit limit",
                            ),
                        ),
                        (
                            "limit_valid_to",
                            models.DateField(blank=True, null=True, verbose_name="limit valid to"),
                        ),
                        (
                            "debt",
                            models.DecimalField(
                                decimal_places=2, default=0, max_digits=14, verbose_name="debt"
                            ),
                        ),
                        (
                            "overdue",
                            models.DecimalField(
                                decimal_places=2, default=0, max_digits=14, verbose_name="overdue"
                            ),
                        ),
                        (
                            "overdue_days",
                            models.PositiveIntegerField(default=0, verbose_name="days overdue"),
                        ),
                        (
                            "held",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                max_digits=14,
                                verbose_name="held for orders",
                            ),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("block", "no order"),
                                    ("soft", "order is taken, shipment is held"),
                                    ("release", "order waits for the manager"),
                                ],
                                default="block",
                                max_length=8,
                                verbose_name="beyond the limit",
                            ),
                        ),
                        (
                            "blocks_on_overdue",
                            models.BooleanField(default=True, verbose_name="overdue stops orders"),
                        ),
                        (
                            "grace_days",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="Overdue for no longer stops nothing.",
                                verbose_name="days of grace",
                            ),
                        ),
                        (
                            "snapshot_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="debt as of"),
                        ),
                        (
                            "contract",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="credit",
                                to="contracts.contract",
                                verbose_name="contract",
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="members",
                                to="contracts.creditaccount",
                                verbose_name="shared limit",
                            ),
                        ),
                        (
                            "holding",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="credit_accounts",
                                to="companies.holding",
                                verbose_name="holding",
                            ),
                        ),
                        (
                            "overdue_since",
                            models.DateField(blank=True, null=True, verbose_name="overdue since"),
                        ),
                        (
                            "snapshot_debt",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                max_digits=14,
                                verbose_name="debt in 1C",
                            ),
                        ),
                        (
                            "snapshot_overdue",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                max_digits=14,
                                verbose_name="overdue in 1C",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "credit account",
                        "verbose_name_plural": "credit accounts",
                        "ordering": ["pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("contract__isnull", False), ("holding__isnull", True)
                                    ),
                                    models.Q(
                                        ("contract__isnull", True),
                                        ("group__isnull", True),
                                        ("holding__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="credit_is_a_contracts_or_a_holdings",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("held__gte", 0)),
                                name="credit_held_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("limit__isnull", True), ("limit__gte", 0), _connector="OR"
                                ),
                                name="credit_limit_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("overdue__gte", 0)),
                                name="credit_overdue_not_negative",
                            ),
                            models.UniqueConstraint(
                                fields=("holding", "currency"), name="credit_is_one_per_holding"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("overdue", 0),
                                    ("overdue_since__isnull", False),
                                    _connector="OR",
                                ),
                                name="credit_overdue_has_a_day",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditDecision",
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
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("release", "release"),
                                    ("after_pay", "release after a payment"),
                                    ("refuse", "refuse"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("reason", models.CharField(max_length=500, verbose_name="reason")),
                        (
                            "payment_sum",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=14,
                                null=True,
                                verbose_name="payment to wait for",
                            ),
                        ),
                        (
                            "payment_until",
                            models.DateField(blank=True, null=True, verbose_name="until"),
                        ),
                        ("decided_at", models.DateTimeField(auto_now_add=True)),
                        ("second_at", models.DateTimeField(blank=True, null=True)),
                        ("took_effect_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="credit_decisions",
                                to="order.order",
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("needs_second", models.BooleanField(default=False)),
                    ],
                    options={
                        "verbose_name": "decision on credit",
                        "verbose_name_plural": "decisions on credit",
                        "ordering": ["-decided_at", "-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("second__isnull", True),
                                    models.Q(("second", models.F("author")), _negated=True),
                                    _connector="OR",
                                ),
                                name="creditdecision_signed_by_two",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="creditdecision_has_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditEntry",
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
                                    ("snapshot", "debt from 1C"),
                                    ("hold", "held for an order"),
                                    ("shipment", "shipment"),
                                    ("payment", "payment"),
                                    ("cancel", "cancelled"),
                                    ("stop", "order stopped"),
                                    ("release", "order released"),
                                    ("limit", "limit changed"),
                                    ("change", "order changed"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("key", models.CharField(max_length=128)),
                        ("debt", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("held", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("note", models.CharField(blank=True, max_length=500)),
                        ("at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="entries",
                                to="contracts.creditaccount",
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="credit_entries",
                                to="order.order",
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
                        ("amount", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("booked_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("details", models.JSONField(blank=True, default=dict)),
                    ],
                    options={
                        "verbose_name": "movement of credit",
                        "verbose_name_plural": "movements of credit",
                        "ordering": ["-at", "-pk"],
                        "indexes": [
                            models.Index(fields=["account", "at"], name="creditentry_by_time")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("account", "key"), name="creditentry_is_booked_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditHold",
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
                        ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="holds",
                                to="contracts.creditaccount",
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="credit_holds",
                                to="order.order",
                            ),
                        ),
                        ("paid", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("placed", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        (
                            "prepaid",
                            models.DecimalField(decimal_places=2, default=0, max_digits=14),
                        ),
                        (
                            "shipped",
                            models.DecimalField(decimal_places=2, default=0, max_digits=14),
                        ),
                        ("taken", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("waits", models.BooleanField(default=False)),
                        ("parts", models.JSONField(blank=True, default=dict)),
                    ],
                    options={
                        "verbose_name": "credit hold",
                        "verbose_name_plural": "credit holds",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("account", "order"), name="credithold_is_one"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gte", 0)),
                                name="credithold_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("shipped__gte", 0), ("shipped__lte", models.F("taken"))
                                ),
                                name="credithold_ships_what_was_taken",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("waits", False), ("amount", 0), _connector="OR"
                                ),
                                name="credithold_waits_for_nothing",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CreditProposal",
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
                            "limit",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=14,
                                null=True,
                                verbose_name="credit limit",
                            ),
                        ),
                        (
                            "limit_valid_to",
                            models.DateField(blank=True, null=True, verbose_name="limit valid to"),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("block", "no order"),
                                    ("soft", "order is taken, shipment is held"),
                                    ("release", "order waits for the manager"),
                                ],
                                max_length=8,
                                verbose_name="beyond the limit",
                            ),
                        ),
                        (
                            "blocks_on_overdue",
                            models.BooleanField(verbose_name="overdue stops orders"),
                        ),
                        (
                            "grace_days",
                            models.PositiveSmallIntegerField(verbose_name="days of grace"),
                        ),
                        ("was", models.JSONField(default=dict)),
                        (
                            "added",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=14, null=True
                            ),
                        ),
                        ("before", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("reason", models.CharField(max_length=500, verbose_name="reason")),
                        ("proposed_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "waits for the second signature"),
                                    ("signed", "signed by two"),
                                    ("refused", "turned down"),
                                    ("withdrawn", "withdrawn"),
                                    ("replaced", "replaced by another"),
                                ],
                                default="open",
                                max_length=9,
                                verbose_name="state",
                            ),
                        ),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "answer",
                            models.CharField(blank=True, max_length=500, verbose_name="why not"),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="proposals",
                                to="contracts.creditaccount",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "closed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "entry",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="proposal",
                                to="contracts.creditentry",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "proposal of a limit",
                        "verbose_name_plural": "proposals of limits",
                        "ordering": ["-proposed_at", "-pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "open")),
                                fields=("account",),
                                name="creditproposal_open_is_one",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["signed", "refused"]), _negated=True),
                                    models.Q(
                                        ("closed_by__isnull", False),
                                        models.Q(("closed_by", models.F("author")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="creditproposal_answered_by_another",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("reason", ""), _negated=True),
                                    models.Q(
                                        models.Q(("state", "refused"), _negated=True),
                                        models.Q(("answer", ""), _negated=True),
                                        _connector="OR",
                                    ),
                                ),
                                name="creditproposal_has_reasons",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContractChange",
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
                            "payment_kind",
                            models.CharField(
                                choices=[
                                    ("prepayment", "prepayment"),
                                    ("deferral", "deferral"),
                                    ("stages", "part in advance, the rest later"),
                                ],
                                max_length=12,
                                verbose_name="payment",
                            ),
                        ),
                        (
                            "deferral_days",
                            models.PositiveSmallIntegerField(verbose_name="days of deferral"),
                        ),
                        (
                            "prepaid_percent",
                            models.DecimalField(
                                decimal_places=2, max_digits=5, verbose_name="paid in advance, %"
                            ),
                        ),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="valid to"),
                        ),
                        ("was", models.JSONField(default=dict)),
                        ("gives", models.JSONField(default=list)),
                        ("reason", models.CharField(max_length=500, verbose_name="reason")),
                        ("proposed_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("set", "set by one"),
                                    ("open", "waits for the second signature"),
                                    ("signed", "signed by two"),
                                    ("refused", "turned down"),
                                    ("withdrawn", "withdrawn"),
                                    ("replaced", "replaced by another"),
                                ],
                                default="open",
                                max_length=9,
                                verbose_name="state",
                            ),
                        ),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "answer",
                            models.CharField(blank=True, max_length=500, verbose_name="why not"),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "closed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "price_type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.pricelist",
                                verbose_name="price type",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "change of a contract",
                        "verbose_name_plural": "changes of contracts",
                        "ordering": ["-proposed_at", "-pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "open")),
                                fields=("contract",),
                                name="contractchange_open_is_one",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "set"), _negated=True),
                                    ("gives", []),
                                    _connector="OR",
                                ),
                                name="contractchange_gives_nothing_by_one",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["signed", "refused"]), _negated=True),
                                    models.Q(
                                        ("closed_by__isnull", False),
                                        models.Q(("closed_by", models.F("author")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="contractchange_answered_by_another",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("reason", ""), _negated=True),
                                    models.Q(
                                        models.Q(("state", "refused"), _negated=True),
                                        models.Q(("answer", ""), _negated=True),
                                        _connector="OR",
                                    ),
                                ),
                                name="contractchange_has_reasons",
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
