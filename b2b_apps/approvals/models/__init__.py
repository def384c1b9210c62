"""Departments and budgets, rules, requests."""

from b2b_apps.approvals.models.budgets import Budget, BudgetEntry, BudgetPeriod
from b2b_apps.approvals.models.departments import Department, DepartmentMember, Deputy
from b2b_apps.approvals.models.requests import (
    ApprovalRequest,
    RequestEvent,
    RequestLine,
    RequestStep,
    StepApprover,
)
from b2b_apps.approvals.models.rules import ApprovalRule

__all__ = [
    "ApprovalRequest",
    "ApprovalRule",
    "Budget",
    "BudgetEntry",
    "BudgetPeriod",
    "Department",
    "DepartmentMember",
    "Deputy",
    "RequestEvent",
    "RequestLine",
    "RequestStep",
    "StepApprover",
]
