"""Forms of stock: a reserve on behalf of a client, terms of orders, what buyers see, limits."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from b2b_apps.contracts.models import Contract
from b2b_apps.desk.row_forms import Dressed, RowForm
from b2b_apps.fulfilment.models import StatusLook
from b2b_apps.fulfilment.statuses import status_book
from b2b_apps.inventory.models import HoldTerm, ReserveLimits, StockPolicy

HOURS = (24, 48, 72)
ENDED = {"completed", "cancelled"}


def open_statuses() -> list[tuple[str, str]]:
    """Statuses in which an order may hold stock, by the names that they have now. One query."""
    looks = status_book().all_of(StatusLook.Of.ORDER)
    return [(look.code, look.name) for look in looks if look.code not in ENDED]


class ReserveForm(Dressed, forms.Form):
    """A reserve by hand that staff make for a client's contract."""

    contract = forms.CharField(label=_("Number of the contract"), max_length=64)
    record = forms.ChoiceField(label=_("Warehouse"))
    quantity = forms.DecimalField(
        label=_("How much"), max_digits=15, decimal_places=3, min_value=0.001, localize=True
    )
    hours = forms.ChoiceField(label=_("For how long"), choices=[(h, f"{h} ч") for h in HOURS])
    reason = forms.CharField(label=_("What for"), max_length=255)

    def __init__(self, *args: Any, records: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["record"]
        choice.choices = [(str(record.pk), record.partner.label) for record in records]

    def clean_contract(self) -> Contract:
        """The one contract in force of this number."""
        number = self.cleaned_data["contract"].strip().lstrip("№ ")
        found = Contract.objects.filter(number=number, is_active=True)
        rows = list(found.select_related("counterparty")[:2])
        if len(rows) != 1:
            raise ValidationError(
                _("There is no such contract.") if not rows else _("Several contracts have it.")
            )
        return rows[0]


class HoldTermForm(RowForm):
    order_status = forms.ChoiceField(label=_("Status of the order"), choices=open_statuses)

    class Meta:
        model = HoldTerm
        fields = ["order_status", "payment_kind", "hours"]
        help_texts = {
            "hours": _("Then the stock is free again, and buyer and manager get a mail."),
        }


class StockPolicyForm(RowForm):
    class Meta:
        model = StockPolicy
        fields = [
            "region",
            "role",
            "precision",
            "few_below",
            "many_from",
            "orders_arriving",
            "warehouses",
        ]
        help_texts = {
            "region": _("Empty: any. The most particular row holds."),
            "role": _("Empty: any."),
        }


class ReserveLimitsForm(RowForm):
    class Meta:
        model = ReserveLimits
        fields = ["max_hours", "max_share_percent", "max_holds"]
