"""``manage.py people_import FILE``: employees, managers and staff from a JSON file.

The file has the form of fixtures/people.json. Run again it changes what has changed; roles in
companies that are not there yet are left for the next run.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand
from django.db import transaction
from django_scopes import scopes_disabled

from b2b_apps.companies.auth import account_by_email
from b2b_apps.companies.models import Counterparty, Employee, Manager
from b2b_apps.companies.services import account_email_set, employee_roles_set

ADMINISTRATOR = "administrator"


class Command(BaseCommand):
    help = "Create or update people from a JSON file (see fixtures/people.json)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        people = json.loads(options["file"].read_text())
        with scopes_disabled(), transaction.atomic():
            for person in people["managers"]:
                manager_write(person)
            for person in people["staff"]:
                user_write(person, is_staff=True)
            missing = sum(employee_write(person) for person in people["employees"])
        if missing:
            self.stdout.write(f"{missing} roles wait for their companies.")


def manager_write(person: dict[str, Any]) -> None:
    """Create or update one of the supplier's managers."""
    Manager.objects.update_or_create(
        user=user_write(person, is_staff=True),
        defaults={name: person.get(name, "") for name in ("phone", "extension", "position")},
    )


def employee_write(person: dict[str, Any]) -> int:
    """Create or update an employee; return how many of his companies are not there yet."""
    employee, _new = Employee.objects.update_or_create(
        user=user_write(person, is_staff=False),
        defaults={"phone": person.get("phone", ""), "position": person.get("position", "")},
    )
    rows = person["memberships"]
    by_inn = {
        c.inn: c.pk
        for c in Counterparty.objects.filter(inn__in=[r["counterparty_inn"] for r in rows])
    }
    known = [row for row in rows if row["counterparty_inn"] in by_inn]
    default = next((r["counterparty_inn"] for r in known if r["default"]), None)
    employee_roles_set(
        employee=employee,
        roles={by_inn[row["counterparty_inn"]]: row["role"] for row in known},
        default_id=by_inn.get(default) if default else None,
    )
    return len(rows) - len(known)


def user_write(person: dict[str, Any], *, is_staff: bool) -> User:
    """Create or update a user by e-mail; the password is set only if it is another one."""
    email = person["email"].lower()
    first, _space, last = person["name"].partition(" ")
    user = account_by_email(email) or User()
    account_email_set(user=user, email=email)
    user.first_name, user.last_name = first, last
    user.is_staff = is_staff
    user.is_superuser = person.get("role") == ADMINISTRATOR
    if not user.pk or not user.check_password(person["password"]):
        user.set_password(person["password"])
    user.save()
    return user
