"""What the shell of every page shows."""

from typing import Any

from django.http import HttpRequest

from b2b_apps.guests.showcase import CLOSED, showcase_mode
from b2b_apps.storefront.shell import Person, Shell


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``trade``: the Shell of a buyer, or None where there is nothing to buy under;
    and ``person``: the Person who is signed in, or None.
    """
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"trade": None, "person": None, "has_showcase": showcase_mode() != CLOSED}
    options = getattr(request, "trade_options", None)
    known = getattr(request, "basket_figures", None)
    trade = Shell(options, known) if options else None
    name = user.get_full_name() or user.email or user.get_username()
    reader = getattr(request, "reader", None)
    person = Person(name, getattr(request, "memberships", ()), trade, reader)
    return {"trade": trade, "person": person}
