"""People of a client's company: invited, given roles, switched off."""

from collections.abc import Mapping

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Lower

from b2b_apps.companies.errors import StaffAccountError
from b2b_apps.companies.models import Counterparty, Employee, Membership


@transaction.atomic
def employee_invite(
    *, counterparty: Counterparty, email: str, first_name: str, last_name: str, role: str
) -> tuple[Employee, bool]:
    """Give a person a role in ``counterparty``; return the employee and whether he is new.

    He is known by his e-mail, whatever its case: one who is there already keeps his name and
    gets the role besides. A new one has no password until he sets it. Raises StaffAccountError
    for an e-mail of our own staff.
    """
    user = _user_by(email)
    if user is not None and user.is_staff:
        raise StaffAccountError(email)
    is_new = user is None
    if user is None:
        user = get_user_model()(
            username=email.lower(), email=email.lower(), first_name=first_name, last_name=last_name
        )
        user.set_unusable_password()
        user.save()
    employee, _created = Employee.objects.get_or_create(user=user)
    Membership.objects.update_or_create(
        employee=employee,
        counterparty=counterparty,
        defaults={"role": role},
        create_defaults={"role": role, "is_default": not employee.memberships.exists()},
    )
    return employee, is_new


@transaction.atomic
def employee_roles_set(
    *, employee: Employee, roles: Mapping[int, str], default_id: int | None
) -> None:
    """Let ``roles`` (counterparty id to role) be all that the person has.

    ``default_id`` is the company he begins with; one that is not among ``roles`` means the first.
    """
    employee.memberships.exclude(counterparty_id__in=roles).delete()
    # Two defaults at once would break the constraint: none first, then the one.
    employee.memberships.update(is_default=False)
    first = default_id if default_id in roles else next(iter(roles), None)
    for counterparty_id, role in roles.items():
        Membership.objects.update_or_create(
            employee=employee,
            counterparty_id=counterparty_id,
            defaults={"role": role, "is_default": counterparty_id == first},
        )


def _user_by(email: str) -> User | None:
    wanted = email.lower()
    users = get_user_model().objects.annotate(plain=Lower("email"), name=Lower("username"))
    return users.filter(plain=wanted).first() or users.filter(name=wanted).first()
