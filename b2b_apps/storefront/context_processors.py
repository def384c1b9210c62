"""What the shell of every page shows."""

from typing import Any

from django.http import HttpRequest

from b2b_apps.storefront.shell import Shell


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``trade``: the Shell of a buyer, or None."""
    options = getattr(request, "trade_options", None)
    if options is None:
        return {"trade": None}
    user: Any = request.user
    known = getattr(request, "basket_figures", None)
    return {"trade": Shell(options, user.get_full_name() or user.email, known)}
