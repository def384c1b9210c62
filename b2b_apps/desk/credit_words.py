"""A proposal of a limit in words: each of its terms as it was and as it will be."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from b2b_apps.contracts.limits import terms_proposed
from b2b_apps.contracts.models import CreditAccount, CreditProposal
from b2b_apps.contracts.services import terms_text
from b2b_apps.core.figures import money_text


class TermRow(NamedTuple):
    """One of the terms, told; ``is_changed`` if the proposal changes it."""

    name: str
    was: str
    now: str
    is_changed: bool


def proposal_rows(proposal: CreditProposal) -> Sequence[TermRow]:
    """Return every term of a proposal as it was and as it will be. No query."""
    was, now = proposal.was, terms_text(terms_proposed(proposal))
    names = {field.name: field.verbose_name for field in CreditProposal._meta.fields}
    return [
        TermRow(
            str(names[name]),
            _told(name, was.get(name)),
            _told(name, now[name]),
            was.get(name) != now[name],
        )
        for name in now
    ]


def _told(name: str, text: str | None) -> str:
    if name == "limit":
        return _("credit is not watched") if text is None else money_text(Decimal(text))
    if name == "limit_valid_to":
        return _("without end") if text is None else _day(text)
    if name == "mode":
        return str(CreditAccount.Mode(text or CreditAccount.Mode.BLOCK).label)
    if name == "blocks_on_overdue":
        return _("yes") if text == "True" else _("no")
    return text or "0"


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "d.m.Y")
