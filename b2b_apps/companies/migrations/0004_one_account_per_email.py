"""An e-mail, whatever its case, belongs to one account, and the user name follows it."""

from typing import Any

from django.conf import settings
from django.db import migrations
from django.db.models import F
from django.db.models.functions import Lower

INDEX = """
CREATE UNIQUE INDEX auth_user_email_lower_unique ON auth_user (lower(email)) WHERE email <> ''
"""


def accounts_settle(apps: Any, schema_editor: Any) -> None:
    """Give each of several accounts of one e-mail an address of its own, then the user names.

    The account that signed in last keeps the address; ``ivanov@firm.example`` of another becomes
    ``ivanov+2@firm.example``, which most mail servers bring to the same box. What is changed is
    printed, for these persons sign in by the new address.
    """
    users = apps.get_model("auth", "User").objects
    taken: set[str] = set()
    rows = users.exclude(email="").annotate(plain=Lower("email"))
    for user in rows.order_by(F("last_login").desc(nulls_last=True), "pk"):
        email = _free(user.plain, taken)
        taken.add(email)
        if email != user.plain:
            print(f"  account {user.pk}: the e-mail {user.email} is another's, now {email}")
            users.filter(pk=user.pk).update(email=email)
    names = set(users.values_list("username", flat=True))
    for user in users.exclude(email="").annotate(plain=Lower("email")):
        if user.username != user.plain and len(user.plain) <= 150 and user.plain not in names:
            names.add(user.plain)
            users.filter(pk=user.pk).update(username=user.plain)
    for user in users.filter(email="", is_active=True):
        print(f"  account {user.username} has no e-mail and can't sign in until it gets one")


def _free(email: str, taken: set[str]) -> str:
    box, _at, host = email.partition("@")
    wanted, number = email, 1
    while wanted in taken:
        number += 1
        wanted = f"{box}+{number}@{host}"
    return wanted


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0003_segments"),
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RunPython(accounts_settle, migrations.RunPython.noop),
        migrations.RunSQL(INDEX, "DROP INDEX auth_user_email_lower_unique"),
    ]
