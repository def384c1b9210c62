"""The live link to 1C in words for staff: how it stands, and what a check came to."""

from django.utils import timezone
from django.utils.translation import gettext as _

from b2b_apps.sync1c.live.errors import LiveError
from b2b_apps.sync1c.models import ExchangeConnection


def live_state(connection: ExchangeConnection) -> str:
    """Say whether buyers can ask this base, and whether it is being left alone."""
    if not connection.live_url:
        return _("Buyers can't ask this base: there is no address.")
    until = connection.live_rests_until
    if until is not None and until > timezone.now():
        return _("%(n)d failures in a row: left alone until %(time)s.") % {
            "n": connection.live_failures,
            "time": f"{timezone.localtime(until):%H:%M:%S}",
        }
    return _("Buyers may refine the prices of a basket in this base before they order.")


def check_text(error: LiveError) -> str:
    """Say what a check of the link came to, and what to do about it."""
    text = {
        "timeout": _("1C did not answer in three seconds."),
        "unreachable": _("There is no way to this address."),
        "insecure": _("The address is not encrypted: it must begin with https://."),
        "password": _("1C refuses this user and password."),
        "no_service": _("There is no HTTP service b2b at this address: is it published?"),
        "redirect": _("The address leads elsewhere: type the one that it leads to."),
        "status": _("The server of 1C reports an error."),
        "answer": _("The answer is not that of the service b2b, version 1."),
        "too_large": _("The answer is too large."),
        "encoded": _("The answer is compressed: switch that off for this address."),
        "seal": _("The kept password can't be read any more: type it in anew."),
    }.get(error.code, _("1C can't be reached now."))
    return f"{text} ({error.detail})" if error.detail else text
