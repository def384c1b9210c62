"""Price rules in words: what one does, for whom, in which state, what was changed in it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from b2b_apps.desk.rule_forms import LABELS
from b2b_apps.desk.rule_lines import KINDS, LABEL, Line, attribute_names, lines_of, names_of
from b2b_apps.desk.statuses import Status
from b2b_apps.pricing.models import PriceRule, RuleChange

MOST_NAMES = 3
NUMBERS = ("value", "round_to", "max_change", "floor_percent")
SIGNS = {"RUB": "₽", "EUR": "€", "USD": "$", "CNY": "¥"}


def rule_status(rule: Any) -> Status:
    """State and term in one: what the rule does now."""
    now = timezone.now()
    if rule.state == PriceRule.State.DRAFT:
        return "off", _("draft")
    if rule.state == PriceRule.State.OFF:
        return "off", _("switched off")
    if rule.valid_from and now < rule.valid_from:
        return "new", _("waits")
    if rule.valid_to and rule.valid_to <= now:
        return "off", _("over")
    return "ok", _("works")


def action_words(rule: Any) -> str:
    """What it does: «+3 %», «price 80 ₽», «on request», with its limits."""
    action, value = rule.action, rule.value
    sign = SIGNS.get(rule.currency, rule.currency)
    if action == "percent":
        said = _("price %(n)s %%") % {"n": _signed(value)}
    elif action == "step":
        said = _("price %(n)s %(sign)s per unit") % {"n": _signed(value), "sign": sign}
    elif action == "fixed":
        said = _("price = %(n)s %(sign)s") % {"n": _plain(value), "sign": sign}
    else:
        said = str(rule.get_action_display())
    limits = []
    if rule.max_change is not None:
        limits.append(
            _("no more than %(n)s %(sign)s") % {"n": _plain(rule.max_change), "sign": sign}
        )
    if rule.floor_percent is not None:
        limits.append(_("not below purchase %(n)s %%") % {"n": _signed(rule.floor_percent)})
    if rule.round_to is not None:
        limits.append(_("round to %(n)s %(sign)s") % {"n": _plain(rule.round_to), "sign": sign})
    return ", ".join([said, *limits])


def term_words(rule: Any) -> str:
    starts, ends = (_moment(m) for m in (rule.valid_from, rule.valid_to))
    if starts and ends:
        return f"{starts} – {ends}"
    if starts:
        return _("from %(day)s") % {"day": starts}
    return _("until %(day)s") % {"day": ends} if ends else _("without a term")


def whom_words(rules: Iterable[Any]) -> None:
    """Put ``whom`` on each rule: its conditions in names. One query per kind of condition."""
    lines = {rule.pk: lines_of(rule.conditions, kinds={*KINDS, LABEL}) for rule in rules}
    listed = list(rules)
    every = [line for found in lines.values() for line in found]
    names_of(every)
    properties = attribute_names({line.attribute_id for line in every if line.attribute_id})
    for rule in listed:
        parts = [line_words(line, properties) for line in lines[rule.pk]]
        rule.whom = "; ".join(parts) or _("all goods, all clients")


def line_words(line: Line, properties: Mapping[int, str]) -> str:
    names = [name for _value, name in line.names]
    more = len(names) - MOST_NAMES
    said = ", ".join(names[:MOST_NAMES]) or "…"
    if more > 0:
        said += " " + ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more}
    title = properties.get(line.attribute_id, "") if line.kind == "attribute" else ""
    head = title or str(line.title)
    return _("except %(what)s %(names)s") % {"what": head, "names": said} if line.is_not else (
        f"{head} {said}"
    )  # fmt: skip


def journal_words(entries: Iterable[Any]) -> Sequence[Any]:
    """Put ``word`` and ``lines``, (field, before, after) in words, on each entry of a journal."""
    listed = list(entries)
    for entry in listed:
        is_edit = entry.event == RuleChange.Event.CHANGED
        entry.word = _("edited") if is_edit else entry.get_event_display()
        entry.lines = [
            (_field(name), _value(name, before), _value(name, after))
            for name, before, after in entry.changes
        ]
    return listed


def _field(name: str) -> Any:
    more = {
        "conditions": _("conditions"),
        "is_final": _("last rule"),
        "with_agreed": _("agreed prices too"),
    }
    return more.get(name) or LABELS.get(name, name)


def _value(name: str, stored: Any) -> str:
    if stored is None or stored == "":
        return "—"
    if isinstance(stored, bool):
        return _("yes") if stored else _("no")
    if name == "conditions":
        number = len(stored)
        return ngettext("%(n)d condition", "%(n)d conditions", number) % {"n": number}
    if name == "action":
        stored = dict(PriceRule.Action.choices).get(stored, stored)
    elif name.startswith("valid_"):
        stored = _moment(datetime.fromisoformat(stored))
    elif name in NUMBERS:
        stored = _plain(Decimal(stored))
    return str(stored)


def _moment(moment: datetime | None) -> str:
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{local:%d.%m.%Y}" if local.hour == local.minute == 0 else f"{local:%d.%m.%Y %H:%M}"


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}".replace(".", ",").replace("-", "−")


def _signed(number: Decimal | None) -> str:
    return ("+" if number is not None and number > 0 else "") + _plain(number)
