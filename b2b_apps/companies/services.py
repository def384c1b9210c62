"""People of a client's company: invited, given roles, switched off."""

import uuid
from collections.abc import Mapping

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from b2b_apps.companies.auth import account_by_email
from b2b_apps.companies.errors import StaffAccountError
from b2b_apps.companies.models import Counterparty, Employee, Membership


@transaction.atomic
def employee_invite(  # noqa: PLR0913 - what a person is made of
    *,
    counterparty: Counterparty,
    email: str,
    first_name: str,
    last_name: str,
    role: str,
    keeps_role: bool = False,
) -> tuple[Employee, bool]:
    """Give a person a role in ``counterparty``; return the employee and whether he is new.

    He is known by his e-mail, whatever its case, and by nothing else: one who is there already
    keeps his name and gets the role besides; with ``keeps_role`` the one that he has in
    ``counterparty`` already stays. A new one has no password until he sets it. Raises
    StaffAccountError for an e-mail of our own staff.
    """
    user, is_new = _account(email, first_name, last_name)
    if user.is_staff:
        raise StaffAccountError(email)
    employee, _created = Employee.objects.get_or_create(user=user)
    Membership.objects.update_or_create(
        employee=employee,
        counterparty=counterparty,
        defaults={} if keeps_role else {"role": role},
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


def account_email_set(*, user: User, email: str) -> None:
    """Write the e-mail that ``user`` signs in by; his user name follows it. Does not save.

    A user name that somebody else has got by hand stays as it is: nobody is looked up by it.
    """
    user.email = email.strip().lower()
    same = get_user_model().objects.filter(username=user.email[:150]).exclude(pk=user.pk)
    if not same.exists():
        user.username = user.email[:150]
    elif not user.username:
        user.username = uuid.uuid4().hex


def _account(email: str, first_name: str, last_name: str) -> tuple[User, bool]:
    """Return the account of ``email`` and whether it is new; of two at once, one makes it."""
    found = account_by_email(email)
    if found is not None:
        return found, False
    user = get_user_model()(first_name=first_name, last_name=last_name)
    account_email_set(user=user, email=email)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        found = account_by_email(email)
        if found is None:
            raise
        return found, False
    return user, True
