import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from b2b_apps.core.at_once import AtOnce


class Migration(migrations.Migration):
    replaces = [("approvals", "0001_approvals"), ("approvals", "0002_changes_wait_for_approval")]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("basket", "1001_wholesale"),
        ("catalogue", "1001_wholesale"),
        ("companies", "0001_initial"),
        ("contracts", "0001_initial"),
        ("inventory", "0001_initial"),
        ("order", "1001_wholesale"),
        ("pricing", "0002_projects"),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE b2b_request_number", "DROP SEQUENCE b2b_request_number"),
        AtOnce(
            [
                migrations.CreateModel(
                    name="Budget",
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
                            "period",
                            models.CharField(
                                choices=[
                                    ("month", "a month"),
                                    ("quarter", "a quarter"),
                                    ("year", "a year"),
                                    ("own", "from a day to a day"),
                                ],
                                default="month",
                                max_length=8,
                                verbose_name="period",
                            ),
                        ),
                        ("starts_on", models.DateField(blank=True, null=True, verbose_name="from")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2, max_digits=14, verbose_name="sum with VAT"
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(default="RUB", max_length=3, verbose_name="currency"),
                        ),
                        (
                            "over",
                            models.CharField(
                                choices=[
                                    ("refuse", "nobody goes over it"),
                                    ("approve", "over it with approval"),
                                ],
                                default="approve",
                                max_length=8,
                                verbose_name="over the budget",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="works")),
                        (
                            "category",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalogue.category",
                                verbose_name="goods of the section alone",
                            ),
                        ),
                        (
                            "counterparty",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="companies.counterparty",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="pricing.project",
                                verbose_name="for the project alone",
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="budgets",
                                to="approvals.department",
                                verbose_name="department",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "budget",
                        "verbose_name_plural": "budgets",
                        "ordering": ["department__name", "name", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gte", 0)), name="budget_not_negative"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("period", "own"), _negated=True),
                                    models.Q(
                                        ("ends_on__gte", models.F("starts_on")),
                                        ("starts_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="budget_own_period_is_forward",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BudgetPeriod",
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
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField()),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                        ("taken", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        (
                            "budget",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="periods",
                                to="approvals.budget",
                            ),
                        ),
                        (
                            "counterparty",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="companies.counterparty",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "period of a budget",
                        "verbose_name_plural": "periods of budgets",
                        "ordering": ["-starts_on"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("budget", "starts_on"), name="budget_period_is_one"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("taken__gte", 0)),
                                name="budget_taken_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gte", 0)),
                                name="budget_sum_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BudgetEntry",
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
                                    ("open", "the period begins"),
                                    ("take", "taken"),
                                    ("free", "freed"),
                                    ("correct", "corrected"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("taken", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                        ("is_beyond", models.BooleanField(default=False)),
                        ("reason", models.CharField(blank=True, max_length=500)),
                        ("at", models.DateTimeField(auto_now_add=True)),
                        (
                            "basket",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="basket.basket",
                            ),
                        ),
                        (
                            "counterparty",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
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
                        (
                            "period",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="entries",
                                to="approvals.budgetperiod",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "entry of a budget",
                        "verbose_name_plural": "entries of budgets",
                        "ordering": ["-pk"],
                        "indexes": [models.Index(fields=["basket"], name="budget_entry_of_basket")],
                    },
                ),
                migrations.CreateModel(
                    name="Department",
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
                            "spans_holding",
                            models.BooleanField(
                                default=False, verbose_name="for all companies of the holding"
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="works")),
                        (
                            "counterparty",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="departments",
                                to="companies.counterparty",
                                verbose_name="counterparty",
                            ),
                        ),
                        (
                            "head",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="companies.employee",
                                verbose_name="head of the department",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "department",
                        "verbose_name_plural": "departments",
                        "ordering": ["name", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("counterparty", "name"), name="department_name_is_of_one"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApprovalRule",
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
                            "spans_holding",
                            models.BooleanField(
                                default=False, verbose_name="for all companies of the holding"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("is_active", models.BooleanField(default=True, verbose_name="works")),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                default=100, verbose_name="place in the order"
                            ),
                        ),
                        (
                            "min_sum",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=14,
                                null=True,
                                verbose_name="from a sum with VAT on",
                            ),
                        ),
                        (
                            "of_budget",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "whatever the budget"),
                                    ("over", "when it goes over a budget"),
                                    ("always", "whenever it is paid from a budget"),
                                ],
                                default="",
                                max_length=8,
                                verbose_name="budget",
                            ),
                        ),
                        (
                            "conditions",
                            models.JSONField(blank=True, default=list, verbose_name="goods"),
                        ),
                        (
                            "is_new_consignee",
                            models.BooleanField(
                                default=False, verbose_name="to a consignee never supplied before"
                            ),
                        ),
                        (
                            "is_new_project",
                            models.BooleanField(
                                default=False, verbose_name="for a project never bought for before"
                            ),
                        ),
                        ("chain", models.JSONField(default=list, verbose_name="who approves")),
                        (
                            "is_parallel",
                            models.BooleanField(default=False, verbose_name="all steps at once"),
                        ),
                        (
                            "may_own",
                            models.BooleanField(
                                default=False, verbose_name="an approver may approve his own order"
                            ),
                        ),
                        (
                            "on_change",
                            models.CharField(
                                choices=[
                                    ("again", "who approved before approves again"),
                                    ("accept", "the last approver decides on it"),
                                ],
                                default="accept",
                                max_length=8,
                                verbose_name="when prices or stock have changed meanwhile",
                            ),
                        ),
                        (
                            "remind_hours",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="remind after, working hours"
                            ),
                        ),
                        (
                            "escalate_hours",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="pass on after, working hours"
                            ),
                        ),
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
                            "counterparty",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="approval_rules",
                                to="companies.counterparty",
                                verbose_name="counterparty",
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rules",
                                to="approvals.department",
                                verbose_name="department",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "approval rule",
                        "verbose_name_plural": "approval rules",
                        "ordering": ["priority", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("min_sum__isnull", True), ("min_sum__gt", 0), _connector="OR"
                                ),
                                name="approval_sum_positive",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApprovalRequest",
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
                        ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "number",
                            models.CharField(max_length=32, unique=True, verbose_name="number"),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("waiting", "waits for approval"),
                                    ("returned", "returned for correction"),
                                    ("approved", "approved"),
                                    ("refused", "not approved"),
                                    ("withdrawn", "withdrawn"),
                                ],
                                default="waiting",
                                max_length=9,
                            ),
                        ),
                        ("details", models.JSONField(default=dict)),
                        ("reasons", models.JSONField(default=list)),
                        ("currency", models.CharField(max_length=3)),
                        ("total", models.DecimalField(decimal_places=2, max_digits=14)),
                        ("num_lines", models.PositiveIntegerField()),
                        ("on_change", models.CharField(default="accept", max_length=8)),
                        ("order_number", models.CharField(blank=True, max_length=128)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "basket",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="approval_request",
                                to="basket.basket",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "counterparty",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="approval_requests",
                                to="companies.counterparty",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.project",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="inventory.region",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="approvals.department",
                            ),
                        ),
                        ("change", models.JSONField(default=dict)),
                        (
                            "order",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="change_requests",
                                to="order.order",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "request for approval",
                        "verbose_name_plural": "requests for approval",
                        "ordering": ["-created_at", "-pk"],
                        "indexes": [
                            models.Index(
                                fields=["counterparty", "-created_at"], name="request_of_company"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status", "approved"), ("order_number", ""), _connector="XOR"
                                ),
                                name="request_order_if_approved",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("basket__isnull", False),
                                    ("order__isnull", False),
                                    _connector="XOR",
                                ),
                                name="request_is_of_a_basket_or_an_order",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("status", "waiting")),
                                fields=("order",),
                                name="request_one_change_waits",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DepartmentMember",
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
                            "counterparty",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="companies.counterparty",
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="members",
                                to="approvals.department",
                            ),
                        ),
                        (
                            "employee",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="departments_of",
                                to="companies.employee",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "member of a department",
                        "verbose_name_plural": "members of departments",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("counterparty", "employee"), name="member_of_one_department"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Deputy",
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
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(verbose_name="until")),
                        (
                            "counterparty",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deputies",
                                to="companies.counterparty",
                            ),
                        ),
                        (
                            "deputy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="companies.employee",
                                verbose_name="deputy",
                            ),
                        ),
                        (
                            "principal",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="companies.employee",
                                verbose_name="instead of",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "deputy",
                        "verbose_name_plural": "deputies",
                        "ordering": ["-ends_on", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="deputy_term_is_forward",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("deputy", models.F("principal")), _negated=True
                                ),
                                name="deputy_is_another_person",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RequestEvent",
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
                                    ("sent", "sent for approval"),
                                    ("approved", "approved"),
                                    ("refused", "refused"),
                                    ("returned", "returned for correction"),
                                    ("changed", "quantities changed"),
                                    ("again", "has to be approved again"),
                                    ("withdrawn", "withdrawn"),
                                    ("reminded", "reminded"),
                                    ("passed_on", "passed on"),
                                    ("placed", "ordered"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("text", models.CharField(blank=True, max_length=1000)),
                        ("data", models.JSONField(default=dict)),
                        ("at", models.DateTimeField(auto_now_add=True)),
                        (
                            "instead_of",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "request",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="events",
                                to="approvals.approvalrequest",
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
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="RequestLine",
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
                        ("line_id", models.BigIntegerField()),
                        ("position", models.PositiveIntegerField()),
                        ("article", models.CharField(blank=True, max_length=255)),
                        ("title", models.CharField(max_length=255)),
                        ("unit_name", models.CharField(blank=True, max_length=50)),
                        ("quantity_asked", models.DecimalField(decimal_places=3, max_digits=15)),
                        ("quantity", models.DecimalField(decimal_places=3, max_digits=15)),
                        ("unit_price", models.DecimalField(decimal_places=4, max_digits=14)),
                        ("sum_incl_tax", models.DecimalField(decimal_places=2, max_digits=14)),
                        ("warehouse_id", models.BigIntegerField(null=True)),
                        ("comment", models.CharField(blank=True, max_length=255)),
                        (
                            "product",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="catalogue.product",
                            ),
                        ),
                        (
                            "request",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="approvals.approvalrequest",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["position", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("request", "line_id"), name="request_line_is_one"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RequestStep",
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
                        ("round", models.PositiveSmallIntegerField(default=1)),
                        ("stage", models.PositiveSmallIntegerField()),
                        ("mode", models.CharField(default="any", max_length=3)),
                        ("rule_name", models.CharField(max_length=120)),
                        ("may_own", models.BooleanField(default=False)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("ahead", "not yet"),
                                    ("open", "decides now"),
                                    ("done", "approved"),
                                    ("closed", "no longer needed"),
                                ],
                                default="ahead",
                                max_length=6,
                            ),
                        ),
                        ("remind_hours", models.PositiveSmallIntegerField(null=True)),
                        ("escalate_hours", models.PositiveSmallIntegerField(null=True)),
                        ("opened_at", models.DateTimeField(null=True)),
                        ("remind_at", models.DateTimeField(null=True)),
                        ("escalate_at", models.DateTimeField(null=True)),
                        ("done_at", models.DateTimeField(null=True)),
                        (
                            "total_seen",
                            models.DecimalField(decimal_places=2, max_digits=14, null=True),
                        ),
                        (
                            "request",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="approvals.approvalrequest",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["round", "stage", "pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "open")),
                                fields=["remind_at"],
                                name="step_to_remind_of",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StepApprover",
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
                        ("origin", models.CharField(max_length=16)),
                        ("decided_at", models.DateTimeField(null=True)),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "employee",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="companies.employee",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="approvers",
                                to="approvals.requeststep",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("step", "employee"), name="approver_of_step_is_one"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
