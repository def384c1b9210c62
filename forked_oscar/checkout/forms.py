"""Fork of ``oscar.apps.checkout``: the form of the one-page checkout.

Oscar has a form per step; here consignee, shipments and the buyer's own number are one form.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from b2b_apps.companies.models import Consignee
from b2b_apps.purchasing.services import OrderDetails, Receiver, ShipmentWish
from b2b_apps.storefront.order_split import PlanRow

OTHER = "other"
DATE_FORMATS = ["%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d"]
HORIZON = timedelta(days=365)


class CheckoutForm(forms.Form):
    """Who receives, when and how each shipment leaves, the buyer's own number."""

    consignee = forms.ChoiceField(label=_("Consignee"))
    other_address = forms.CharField(label=_("Another address"), max_length=500, required=False)
    contact_person = forms.CharField(label=_("Who receives"), max_length=255, required=False)
    contact_phone = forms.CharField(label=_("Phone at unloading"), max_length=100, required=False)
    customer_number = forms.CharField(label=_("Your order number"), max_length=64, required=False)
    comment = forms.CharField(
        label=_("Comment for the storekeeper and the manager"),
        max_length=2000,
        required=False,
        widget=forms.Textarea,
    )

    def __init__(
        self,
        *args: Any,
        consignees: Sequence[Consignee],
        shipments: Sequence[PlanRow],
        typed: Mapping[str, str],
        **kw: Any,
    ) -> None:
        """``typed`` is what the person had typed before a switch of the contract."""
        super().__init__(*args, **kw)
        self.shipments = shipments
        self._consignees = {str(consignee.pk): consignee for consignee in consignees}
        choices = [(pk, str(consignee)) for pk, consignee in self._consignees.items()]
        self.fields["consignee"].choices = [*choices, (OTHER, _("Another address…"))]
        default = next(iter(consignees), None)
        if default:
            self.fields["consignee"].initial = str(default.pk)
            self.fields["contact_person"].initial = default.contact_person
            self.fields["contact_phone"].initial = default.phone
        for row in shipments:
            self._add_shipment(row)
        # The consignee of another company is no choice here; all else is the person's own text.
        known = {OTHER, *self._consignees}
        self.initial |= {k: v for k, v in typed.items() if k != "consignee" or v in known}

    def _add_shipment(self, row: PlanRow) -> None:
        warehouse = row.warehouse
        self.fields[f"date-{row.key}"] = forms.DateField(
            label=_("Date of shipment %(n)d") % {"n": row.number},
            input_formats=DATE_FORMATS,
            initial=f"{row.day:%d.%m.%Y}",
        )
        methods = [("delivery", _("Our transport"))]
        if warehouse.is_pickup_point:
            methods.append(("pickup", _("Pick-up: %(where)s") % {"where": warehouse.address_text}))
        self.fields[f"method-{row.key}"] = forms.ChoiceField(
            label=_("Method of shipment %(n)d") % {"n": row.number}, choices=methods
        )

    @property
    def plan(self) -> list[dict[str, Any]]:
        """Each shipment with its two fields, for the template."""
        return [
            {
                "row": row,
                "date": self[f"date-{row.key}"],
                "method": self[f"method-{row.key}"],
            }
            for row in self.shipments
        ]

    @property
    def address(self) -> str:
        """Where it is to go, as far as that is chosen by now."""
        chosen = self._consignees.get(str(self["consignee"].value() or ""))
        return chosen.address if chosen else str(self["other_address"].value() or "").strip()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        today = timezone.localdate()
        for row in self.shipments:
            name = f"date-{row.key}"
            day = cleaned.get(name)
            if day and not today <= day <= today + HORIZON:
                self.add_error(name, _("From today on, and not more than a year ahead."))
            elif day and row.day > row.first_day and day < row.day:
                # What it waits for, or what the buyer has put on that day himself.
                self.add_error(
                    name, _("Not before %(day)s, as planned.") % {"day": f"{row.day:%d.%m.%Y}"}
                )
        if cleaned.get("consignee") == OTHER and not cleaned.get("other_address"):
            self.add_error("other_address", _("Enter the address, or choose one of the list."))
        return cleaned

    def details(self) -> OrderDetails:
        """Return what was filled in, for ``order_place``."""
        data = self.cleaned_data
        consignee = self._consignees.get(data["consignee"])
        return OrderDetails(
            consignee_name=consignee.name if consignee else "",
            delivery_address=consignee.address if consignee else data["other_address"],
            contact_person=data["contact_person"],
            contact_phone=data["contact_phone"],
            customer_number=data["customer_number"],
            comment=data["comment"],
            wishes={row.key: self._wish(row) for row in self.shipments},
            receivers={
                consignee.pk: Receiver(consignee.name, consignee.address)
                for consignee in self._consignees.values()
            },
        )

    def _wish(self, row: PlanRow) -> ShipmentWish:
        day: date = self.cleaned_data[f"date-{row.key}"]
        return ShipmentWish(day, self.cleaned_data[f"method-{row.key}"])
