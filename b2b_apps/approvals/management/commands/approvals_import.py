"""``manage.py approvals_import FILE``: departments, budgets, rules and a request, from JSON."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django_scopes import scopes_disabled

from b2b_apps.approvals.models import ApprovalRequest, ApprovalRule, Budget, Department
from b2b_apps.approvals.services.setup import budget_save, department_save, rule_save
from b2b_apps.approvals.services.submitting import request_submit
from b2b_apps.companies.models import Counterparty, Employee
from b2b_apps.contracts.context import trade_context_for
from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, basket_set_many

RULE_FIELDS = ("of_budget", "on_change", "remind_hours", "escalate_hours", "is_new_consignee")


class Command(BaseCommand):
    """Write what a file says; what is there already by its name stays as it is."""

    help = "Import what a company sets up for its approvals, and a request that waits."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    @scopes_disabled()
    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        told = json.loads(options["file"].read_text())
        company = Counterparty.objects.filter(inn=told["counterparty_inn"]).first()
        if company is None:
            raise CommandError("The company is not there: import it first.")
        departments = {
            row["name"]: _department(company, row) for row in told.get("departments", ())
        }
        for row in told.get("budgets", ()):
            _budget(company, departments[row["department"]], row)
        for place, row in enumerate(told.get("rules", ()), start=1):
            _rule(company, departments, row, place)
        if "request" in told and not ApprovalRequest.objects.filter(counterparty=company).exists():
            _request(company, told["request"])


def _employee(email: str) -> Employee:
    found = Employee.objects.filter(user__email=email).select_related("user").first()
    if found is None:
        raise CommandError(f"Nobody has the e-mail {email}: import people first.")
    return found


def _department(company: Counterparty, row: Mapping[str, Any]) -> Department:
    found = Department.objects.filter(counterparty=company, name=row["name"]).first()
    if found is not None:
        return found
    made = Department(counterparty=company, name=row["name"], head=_employee(row["head"]))
    ids = [_employee(email).pk for email in row["members"]]
    return department_save(department=made, employee_ids=ids)


def _budget(company: Counterparty, department: Department, row: Mapping[str, Any]) -> None:
    if Budget.objects.filter(department=department, name=row["name"]).exists():
        return
    category = None
    if "category" in row:
        rows = apps.get_model("catalogue", "Category").objects
        category = rows.filter(name__istartswith=row["category"]).order_by("depth", "pk").first()
    budget_save(
        budget=Budget(
            department=department,
            counterparty=company,
            name=row["name"],
            amount=Decimal(row["amount"]),
            period=row["period"],
            over=row["over"],
            category=category,
        )
    )


def _rule(
    company: Counterparty, departments: Mapping[str, Department], row: Mapping[str, Any], place: int
) -> None:
    if ApprovalRule.objects.filter(counterparty=company, name=row["name"]).exists():
        return
    chain = [
        {
            "mode": step["mode"],
            "approvers": [{"kind": "person", "id": _employee(e).pk} for e in step["approvers"]],
        }
        for step in row["chain"]
    ]
    rule = ApprovalRule(
        counterparty=company,
        name=row["name"],
        department=departments.get(row.get("department", "")),
        min_sum=Decimal(row["min_sum"]) if "min_sum" in row else None,
        chain=chain,
        priority=place * 10,
        **{name: row[name] for name in RULE_FIELDS if name in row},
    )
    rule_save(rule=rule, user_id=_employee(row["chain"][0]["approvers"][0]).user_id)


def _request(company: Counterparty, row: Mapping[str, Any]) -> None:
    """Let a buyer fill a basket with what is in stock and send it."""
    buyer = _employee(row["buyer"])
    context = trade_context_for(user_id=buyer.user_id)
    if context is None or context.counterparty_id != company.pk or basket_for(context):
        return
    _fill(context, Decimal(row["sum"]), int(row["lines"]))
    basket = basket_for(context)
    sheet = basket_sheet(context=context, basket=basket)
    if not sheet.lines or sheet.blocking:
        return
    place = company.consignees.filter(is_active=True).first()
    request_submit(
        context=context,
        basket_id=sheet.id or 0,
        details=OrderDetails(
            consignee_name=place.name if place else "",
            delivery_address=place.address if place else "",
            contact_person=place.contact_person if place else "",
            contact_phone=place.phone if place else "",
            customer_number=row["customer_number"],
            comment=row["comment"],
        ),
        offer=offer_token(sheet),
    )


def _fill(context: TradeContext, total: Decimal, num_lines: int) -> None:
    """Put goods of which there is plenty into the basket, for about ``total`` together."""
    rows = apps.get_model("partner", "StockRecord").objects.filter(
        partner_id=context.warehouse_ids[0], product__structure="standalone", num_in_stock__gt=200
    )
    ids = rows.order_by("product__categories__path", "product_id").values_list(
        "product_id", flat=True
    )
    found = list(dict.fromkeys(ids))
    step = max(1, len(found) // num_lines)
    change = basket_set_many(
        context=context, quantities={pk: Decimal(1) for pk in found[::step][:num_lines]}
    )
    share = total / max(1, len(change.sheet.lines))
    quantities = {
        line.product.pk: min(line.free, max(Decimal(1), share // line.unit_price))
        for line in change.sheet.lines
        if line.unit_price
    }
    basket_set_many(context=context, quantities=quantities)
