"""A carrier in words for staff: whether it answers, and what to do if not."""

from django.utils import timezone
from django.utils.translation import gettext as _

from b2b_apps.delivery.carriers.interface import CarrierError
from b2b_apps.desk.statuses import Status
from b2b_apps.integrations.models import CarrierAccount


def carrier_status(account: CarrierAccount) -> Status:
    """How a carrier stands, in a word."""
    if account.pk is None or not account.secret:
        return ("off", _("not set up"))
    if not account.is_active:
        return ("off", _("switched off"))
    if account.directory_at is None:
        return ("work", _("no directory yet"))
    failed, answered = account.failed_at, account.answered_at
    if failed and account.problem and (answered is None or failed >= answered):
        return ("bad", _("does not answer"))
    return ("ok", _("answers"))


def problem_words(code: str, detail: str) -> str:
    """Why a carrier did not answer, and what to do about it."""
    words = {
        "timeout": _("It has not answered in time."),
        "unreachable": _("There is no way to its address."),
        "insecure": _("The address is not encrypted: it must begin with https://."),
        "redirect": _("The address leads elsewhere: type the one that it leads to."),
        "answer": _("Its answer can't be read: is the address that of version 2?"),
        "too_large": _("The answer is too large."),
        "encoded": _("The answer came packed, which was not asked for."),
    }
    if code == "status":
        return _status_words(detail)
    text = words.get(code, _("It can't be reached now."))
    return f"{text} ({detail})" if detail else text


def _status_words(detail: str) -> str:
    status = detail.split(" ", 1)[0]
    words = {
        "401": _("It does not let us in: check account and secret key."),
        "403": _("It does not let us in: check account and secret key."),
        "429": _("It was asked too often and wants to rest."),
    }
    return f"{words.get(status, _('Its server reports an error.'))} ({detail})"


def check_words(account: CarrierAccount, error: CarrierError) -> str:
    """What a check came to."""
    if error.code == "settings" and error.detail == "seal":
        return _("The kept secret can't be read any more: type it in anew.")
    if error.code == "refused":
        return _("It answers, but refuses the question: %(why)s") % {"why": error.detail}
    if error.code == "answer":
        return problem_words("answer", error.detail)
    return problem_words(account.problem, account.detail)


def is_resting(account: CarrierAccount) -> bool:
    return account.rests_until is not None and account.rests_until > timezone.now()


def not_handed_over_words(code: str) -> str:
    """Why a shipment can't be registered with its carrier, and what to do."""
    words = {
        "carrier": _("It does not travel with this carrier, or was handed over already."),
        "account": _("The carrier is switched off: see its account."),
        "ended": _("The shipment was cancelled."),
        "city": _("The carrier does not know the city of the warehouse or of the consignee."),
        "weight": _("Some goods have no weight: enter it in 1C."),
        "recipient": _("The carrier needs who receives and his phone: change the order."),
        "sender": _("The carrier needs the phone of the sender: see its account."),
    }
    return words.get(code, code)
