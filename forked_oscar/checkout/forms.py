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
from b2b_apps.delivery.quoting import Quote
from b2b_apps.purchasing.details import Customer
from b2b_apps.purchasing.services import OrderDetails, Receiver, ShipmentWish
from b2b_apps.storefront.delivery_words import refusal_words
from b2b_apps.storefront.order_delivery import Deliveries, PointChoice, ShipmentOffer, prices_seen
from b2b_apps.storefront.order_split import PlanRow

OTHER = "other"
DATE_FORMATS = ["%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d"]
HORIZON = timedelta(days=365)


def address_of(consignees: Sequence[Consignee], typed: Mapping[str, str]) -> str:
    """Where an order goes by what was typed so far: to the first consignee, if nothing was."""
    chosen = {str(consignee.pk): consignee.address for consignee in consignees}
    value = typed.get("consignee", "")
    if value == OTHER or (not value and not chosen):
        return typed.get("other_address", "").strip()
    return chosen.get(value) or next(iter(chosen.values()), "")


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
        deliveries: Deliveries,
        **kw: Any,
    ) -> None:
        """``typed`` is what the person had typed before a switch of the contract."""
        super().__init__(*args, **kw)
        self.shipments = shipments
        self.deliveries = deliveries
        self._consignees = {str(consignee.pk): consignee for consignee in consignees}
        choices = [(pk, str(consignee)) for pk, consignee in self._consignees.items()]
        self.fields["consignee"].choices = [*choices, (OTHER, _("Another address…"))]
        default = next(iter(consignees), None)
        if default:
            self.fields["consignee"].initial = str(default.pk)
            self.fields["contact_person"].initial = default.contact_person
            self.fields["contact_phone"].initial = default.phone
        decided = set()
        for row in shipments:
            offer = deliveries.offers.get(row.key)
            if offer is None:
                self._add_shipment(row)
            else:
                decided |= self._add_delivery(row, offer)
        # The consignee of another company is no choice here; all else is the person's own text.
        known = {OTHER, *self._consignees}
        self.initial |= {
            k: v for k, v in typed.items() if (k != "consignee" or v in known) and k not in decided
        }

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

    def _add_delivery(self, row: PlanRow, offer: ShipmentOffer) -> set[str]:
        """The fields of a shipment that has methods to choose of; return those decided by now."""
        key, number = row.key, {"n": row.number}
        self.fields[f"date-{key}"] = forms.DateField(
            label=_("Date of shipment %(n)d") % number,
            input_formats=DATE_FORMATS,
            initial=f"{offer.day:%d.%m.%Y}",
        )
        methods = [(quote.value, quote.method.name) for quote in offer.choices]
        if not offer.possible:
            methods.insert(0, ("delivery", _("By arrangement with the manager")))
        self.fields[f"method-{key}"] = forms.ChoiceField(
            label=_("Method of shipment %(n)d") % number,
            choices=methods,
            initial=offer.chosen.value if offer.chosen else None,
        )
        windows = {w.pk: str(w) for quote in offer.choices for w in quote.windows}
        if windows:
            self.fields[f"window-{key}"] = forms.TypedChoiceField(
                label=_("Hours of shipment %(n)d") % number,
                choices=[("", ""), *windows.items()],
                coerce=int,
                empty_value=None,
                required=False,
                initial=offer.window_id,
            )
        if offer.points:
            chosen = offer.points.chosen
            self.fields[f"point-{key}"] = forms.CharField(
                label=_("Delivery point of shipment %(n)d") % number,
                max_length=32,
                required=False,
                initial=chosen.code if chosen else "",
            )
        if offer.has_customer:
            self._add_customer(key)
        return {f"{name}-{key}" for name in ("date", "method", "window", "point")}

    def _add_customer(self, key: str) -> None:
        texts = (
            ("to_name", _("Recipient"), 255),
            ("to_phone", _("Recipient's phone"), 100),
            ("to_address", _("Recipient's address"), 500),
        )
        for name, label, length in texts:
            self.fields[f"{name}-{key}"] = forms.CharField(
                label=label, max_length=length, required=False
            )

    @property
    def plan(self) -> list[dict[str, Any]]:
        """Each shipment with its fields, for the template."""
        return [
            {
                "row": row,
                "offer": self.deliveries.offers.get(row.key),
                "date": self[f"date-{row.key}"],
                "method": self[f"method-{row.key}"],
                "window": self._field(f"window-{row.key}"),
                "point": self._field(f"point-{row.key}"),
                "customer": [
                    self[name]
                    for name in self.fields
                    if name.startswith("to_") and name.partition("-")[2] == row.key
                ],
            }
            for row in self.shipments
        ]

    def _field(self, name: str) -> Any:
        return self[name] if name in self.fields else None

    @property
    def address(self) -> str:
        """Where it is to go, as far as that is chosen by now."""
        chosen = self._consignees.get(str(self["consignee"].value() or ""))
        return chosen.address if chosen else str(self["other_address"].value() or "").strip()

    @property
    def addresses(self) -> list[str]:
        """All places that its shipments go to, as far as they are chosen, the order's own first."""
        found = [self.address]
        for row in self.shipments:
            customer = self._field(f"to_address-{row.key}")
            typed = str(customer.value() or "").strip() if customer else ""
            found.append(typed or (row.consignee.address if row.consignee else ""))
        return list(dict.fromkeys(address for address in found if address))

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
            elif day and row.key in self.deliveries.offers:
                self._clean_delivery(cleaned, self.deliveries.offers[row.key], day)
        if cleaned.get("consignee") == OTHER and not cleaned.get("other_address"):
            self.add_error("other_address", _("Enter the address, or choose one of the list."))
        return cleaned

    def _clean_delivery(self, cleaned: Mapping[str, Any], offer: ShipmentOffer, day: date) -> None:
        """The day, the hours and the recipient suit the method that was chosen."""
        key = offer.row.key
        quote = offer.quote(cleaned.get(f"method-{key}", ""))
        if quote is None:
            return
        if quote.method.is_to_customer:
            for name in ("to_name", "to_phone", "to_address"):
                if not cleaned.get(f"{name}-{key}"):
                    self.add_error(f"{name}-{key}", _("Needed to deliver to your customer."))
            if cleaned.get(f"to_address-{key}") and not quote.is_possible:
                self.add_error(f"to_address-{key}", refusal_words(quote))
        if not quote.is_possible:
            return
        if offer.points and quote is offer.chosen:
            self._clean_point(offer.points, f"point-{key}")
        if not quote.serves(day):
            said = _("Not on that day by this method: the nearest is %(day)s.")
            self.add_error(f"date-{key}", said % {"day": f"{quote.nearest(day):%d.%m.%Y}"})
        elif quote.windows and not self._is_free(offer, quote, day, cleaned.get(f"window-{key}")):
            self.add_error(f"window-{key}", _("Choose hours that are free on that day."))

    def _clean_point(self, points: PointChoice, name: str) -> None:
        """A delivery point was chosen, of those that the offer has found for this parcel."""
        if points.chosen is None:
            said = _("Choose the delivery point where you fetch it.")
            if not points.num and not points.text:
                said = _("There is no point here that takes so much: choose another method.")
            self.add_error(name, said)

    def _is_free(self, offer: ShipmentOffer, quote: Quote, day: date, window: int | None) -> bool:
        """Nothing chosen is any of the free ones."""
        is_shown = quote is offer.chosen and day == offer.day
        places = offer.windows if is_shown else quote.windows_on(day)
        free = {place.window.pk for place in places if place.left}
        return window in free if window else bool(free)

    def details(self, *, seen: str = "") -> OrderDetails:
        """Return what was filled in, for ``order_place``; ``seen`` is the token of the prices."""
        data, prices = self.cleaned_data, prices_seen(seen)
        consignee = self._consignees.get(data["consignee"])
        return OrderDetails(
            consignee_name=consignee.name if consignee else "",
            delivery_address=consignee.address if consignee else data["other_address"],
            contact_person=data["contact_person"],
            contact_phone=data["contact_phone"],
            customer_number=data["customer_number"],
            comment=data["comment"],
            wishes={row.key: self._wish(row, prices.get(row.key, {})) for row in self.shipments},
            receivers={
                consignee.pk: Receiver(consignee.name, consignee.address)
                for consignee in self._consignees.values()
            },
        )

    def _wish(self, row: PlanRow, prices: Mapping[str, str]) -> ShipmentWish:
        data, key = self.cleaned_data, row.key
        day: date = data[f"date-{key}"]
        method: str = data[f"method-{key}"]
        return ShipmentWish(
            planned_date=day,
            method=method,
            window=data.get(f"window-{key}"),
            point=data.get(f"point-{key}", ""),
            customer=Customer(
                data.get(f"to_name-{key}", ""),
                data.get(f"to_phone-{key}", ""),
                data.get(f"to_address-{key}", ""),
            ),
            price_seen=prices.get(method),
        )
