"""Whom a buyer calls or writes."""

import re
from typing import NamedTuple

from django.utils.translation import gettext as _

from b2b_apps.companies.models import Manager


class Contact(NamedTuple):
    """``phone`` as it is read, ``dialled`` as a telephone dials it."""

    name: str
    phone: str
    dialled: str
    email: str

    @property
    def tel(self) -> str:
        return re.sub(r"[^+\d]", "", self.dialled)


def contact_of(manager: Manager) -> Contact:
    """Return how to reach a manager; the extension is read, not dialled."""
    more = _(", ext. %(no)s") % {"no": manager.extension} if manager.extension else ""
    return Contact(str(manager), f"{manager.phone}{more}", manager.phone, manager.user.email)
