"""Approvals in words: why, who, what happened."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from b2b_apps.approvals.errors import BudgetExceededError, NoApproverError
from b2b_apps.approvals.models import ApprovalRequest, RequestEvent
from b2b_apps.core.figures import money_text, quantity_text

Status, Kind = ApprovalRequest.Status, RequestEvent.Kind
STATUSES = {
    Status.WAITING: ("warn", gettext_lazy("waits for approval")),
    Status.RETURNED: ("work", gettext_lazy("returned for correction")),
    Status.APPROVED: ("ok", gettext_lazy("approved")),
    Status.REFUSED: ("bad", gettext_lazy("not approved")),
    Status.WITHDRAWN: ("off", gettext_lazy("withdrawn")),
}
EVENTS = {
    Kind.SENT: gettext_lazy("sent for approval"),
    Kind.APPROVED: gettext_lazy("approved"),
    Kind.REFUSED: gettext_lazy("did not approve"),
    Kind.RETURNED: gettext_lazy("returned for correction"),
    Kind.CHANGED: gettext_lazy("changed quantities"),
    Kind.AGAIN: gettext_lazy("The sum has grown: it has to be approved again"),
    Kind.WITHDRAWN: gettext_lazy("withdrew the request"),
    Kind.REMINDED: gettext_lazy("Reminded"),
    Kind.PASSED_ON: gettext_lazy("Waits too long: passed on"),
    Kind.PLACED: gettext_lazy("Ordered"),
}


def status_words(request: ApprovalRequest) -> tuple[str, str]:
    """Return (shape, word) of where a request stands."""
    kind, word = STATUSES[Status(request.status)]
    return kind, str(word)


def reason_words(reason: Mapping[str, Any], *, sees_prices: bool) -> str:
    """Why a rule caught an order: its name, then what of the order it caught."""
    facts = [_fact(kind, values, sees_prices) for kind, values in reason["facts"]]
    said = "; ".join(fact for fact in facts if fact)
    return f"{reason['rule']}: {said}" if said else str(reason["rule"])


def _fact(  # noqa: PLR0911 - a sentence per kind
    kind: str, values: Mapping[str, Any], sees_prices: bool
) -> str:
    def money(name: str) -> str:
        return money_text(Decimal(values[name]))

    if kind == "goods":
        text = ngettext("%(n)s such line", "%(n)s such lines", values["n"])
        return (
            f"{text % {'n': values['n']}} ({values['article']} …)"
            if values["n"] > 1
            else (f"{text % {'n': values['n']}} ({values['article']})")
        )
    if kind == "department":
        return str(values["name"])
    if kind == "consignee":
        said = _("nothing was delivered to this address yet")
        return f"{said}: {values['address']}" if values.get("address") else str(said)
    if kind == "project":
        return _("nothing was bought for this project yet")
    if not sees_prices:
        return ""
    if kind == "sum":
        return _("%(sum)s, from %(from)s on") % {"sum": money("sum"), "from": money("from")}
    if kind == "budget_over":
        return _("%(name)s lacks %(lack)s") % {"name": values["name"], "lack": money("lack")}
    return _("paid from %(name)s") % {"name": values["name"]}


def people_words(names: Sequence[str], mode: str) -> str:
    """«А, Б или В», or «А, Б и В» where all are needed."""
    if len(names) < 2:
        return "".join(names)
    last = _("%(others)s and %(last)s") if mode == "all" else _("%(others)s or %(last)s")
    return last % {"others": ", ".join(names[:-1]), "last": names[-1]}


def event_words(event: RequestEvent) -> str:
    """What happened, without who."""
    word = str(EVENTS[Kind(event.kind)])
    if event.kind == Kind.PLACED and event.request.is_change:
        word = _("The order is changed")
    if event.kind == Kind.WITHDRAWN and event.user_id is None:
        word = _("Closed: the order was cancelled or has left")
    if event.kind == Kind.SENT and event.data.get("again"):
        word = _("sent for approval again")
    if event.kind in {Kind.REMINDED, Kind.PASSED_ON} and event.data.get("to"):
        return f"{word}: {', '.join(event.data['to'])}"
    return word


def diff_words(event: RequestEvent) -> Sequence[str]:
    """What was changed, line by line."""
    return [
        f"{line['article']}: {quantity_text(Decimal(line['was']))} → "
        f"{quantity_text(Decimal(line['now']))} {line['unit']}"
        for line in event.data.get("lines", ())
    ]


def budget_words(error: BudgetExceededError) -> str:
    """A budget that has no room, in words."""
    text = _("The budget “%(name)s” has %(left)s left, the order takes %(asked)s.")
    values = {"left": money_text(error.left), "asked": money_text(error.asked)}
    return text % {"name": error.name, **values}


def nobody_words(error: NoApproverError) -> str:
    """A rule that nobody may approve by, in words."""
    text = _("Nobody may approve by the rule “%(rule)s”: ask the head of your company.")
    return text % {"rule": error.rule_name}
