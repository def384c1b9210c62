"""Forms of price lists and of single prices."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from b2b_apps.core.money import round_unit_price
from b2b_apps.desk.forms import Switch
from b2b_apps.desk.row_forms import Dressed
from b2b_apps.desk.selectors.prices import product_by
from b2b_apps.pricing.models import PriceList
from b2b_apps.pricing.tariff import DEEPEST
from b2b_apps.pricing.typed import MOST_MONEY

Kind = PriceList.Kind
AGREED = (Kind.PROJECT, Kind.CONTRACT, Kind.REFINED)
ONLY_SWITCHED = (Kind.PROJECT, Kind.REFINED)
# 1C writes these again whenever it sends the list.
OF_1C = ("name", "currency", "includes_vat", "is_retail")
CURRENCIES = [(code, code) for code in ("RUB", "EUR", "USD", "CNY", "KZT", "BYN")]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "input"})


class TypedDecimal(forms.CharField):
    """A number as people type it: «1 234,50»."""

    def __init__(self, *, places: int, **kwargs: Any) -> None:
        self.places = places
        super().__init__(max_length=24, **kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "class": "input num",
                                  "autocomplete": "off"})  # fmt: skip

    def to_python(self, value: Any) -> Any:
        text = "".join(str(value or "").split()).replace("\u2212", "-").replace(",", ".")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise ValidationError(_("Type a number.")) from None
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int) or not 0 <= number < MOST_MONEY:
            raise ValidationError(_("Type a number that is not below zero."))
        if -exponent > self.places:
            text = _("No more than %(n)d decimals.") % {"n": self.places}
            raise ValidationError(text)
        return number

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Do nothing: what there is to check is a number's, not a text's."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return f"{value.normalize():f}".replace(".", ",")
        return value


class PriceListForm(Switch):
    """A list: all of it if it is the portal's own, what 1C does not write if it is 1C's."""

    class Meta:
        model = PriceList
        fields = ["name", "kind", "base", "base_percent", "region", "currency",
                  "valid_from", "valid_to", "includes_vat", "is_retail", "is_cost",
                  "is_off_by_staff"]  # fmt: skip
        widgets = {
            "valid_from": DayInput(),
            "valid_to": DayInput(),
            "currency": forms.Select(choices=CURRENCIES),
        }
        help_texts = {
            "base": _("What has no price of its own here costs the price there, changed so."),
            "base_percent": _("With its sign: −14 is cheaper, 5 is dearer."),
            "region": _("Only for the prices of a region."),
            "valid_from": _("Its prices count from the first minute of this day."),
            "valid_to": _("The last day on which they count."),
            "is_off_by_staff": _("Its prices count no more, whatever 1C says."),
        }

    def __init__(self, *args: Any, is_of_1c: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        if is_of_1c:
            for name in OF_1C:
                del self.fields[name]
        if row.pk and row.kind in ONLY_SWITCHED:
            # Two have signed the rest, or 1C has said it; staff may take the prices out of use.
            for name in set(self.fields) - {"is_off_by_staff"}:
                del self.fields[name]
            return
        if row.pk and row.kind in AGREED:
            for name in ("kind", "region", "is_cost"):
                del self.fields[name]
        else:
            kinds = [choice for choice in Kind.choices if choice[0] not in AGREED]
            self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["base_percent"].required = False
        if "currency" in self.fields and (row.currency, row.currency) not in CURRENCIES:
            choices = [*CURRENCIES, (row.currency, row.currency)]
            self.fields["currency"].widget.choices = choices
        bases = PriceList.objects.exclude(kind__in=AGREED).exclude(pk=row.pk or 0)
        self.fields["base"].queryset = bases.order_by("name")  # type: ignore[attr-defined]

    def clean_base(self) -> PriceList | None:
        base: PriceList | None = self.cleaned_data["base"]
        here, depth = base, 0
        while here is not None:
            depth += 1
            if here.pk == self.instance.pk:
                raise ValidationError(_("That list is reckoned from this one."))
            if depth >= DEEPEST:
                raise ValidationError(_("Lists stand on one another too deep already."))
            here = here.base
        return base

    def clean_is_retail(self) -> bool:
        wanted: bool = self.cleaned_data["is_retail"]
        if wanted and self.instance.kind in {Kind.CONTRACT, Kind.REFINED}:
            raise ValidationError(_("A contract's own prices are shown to nobody else."))
        return wanted

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        starts, ends = data.get("valid_from"), data.get("valid_to")
        if starts and ends and ends < starts:
            self.add_error("valid_to", _("It ends before it begins."))
        if "kind" in self.fields and data.get("kind"):
            is_regional = data["kind"] == Kind.REGIONAL
            if is_regional and not data.get("region"):
                self.add_error("region", _("Choose the region."))
            if not is_regional:
                data["region"] = None
        has_base = "base" in self.fields
        if has_base and (data.get("base") is None or data.get("base_percent") is None):
            data["base_percent"] = Decimal(0)
        if self.instance.pk and "currency" in self.changed_data and self.instance.prices.exists():
            text = _("The list has prices: in another currency they mean something else.")
            self.add_error("currency", text)
        return data


class PriceForm(Dressed, forms.Form):
    """The amount of a price that stands, and its last day."""

    amount = TypedDecimal(label=_("price"), places=4)
    valid_to = forms.DateField(label=_("valid to"), required=False, widget=DayInput())

    def __init__(self, *args: Any, starts: date | None = None, **kwargs: Any) -> None:
        self.starts = starts
        super().__init__(*args, **kwargs)

    def clean_amount(self) -> Decimal:
        return round_unit_price(self.cleaned_data["amount"])

    def clean_valid_to(self) -> date | None:
        ends: date | None = self.cleaned_data["valid_to"]
        starts = self.cleaned_data.get("valid_from") or self.starts
        if ends and starts and ends < starts:
            raise ValidationError(_("It ends before it begins."))
        return ends


class NewPriceForm(PriceForm):
    """A price that does not stand yet: of what, from which quantity, pack and day."""

    product = forms.CharField(label=_("article or code"), max_length=255)
    minimum_quantity = TypedDecimal(
        label=_("from quantity"), places=3, required=False,
        help_text=_("In base units; empty: from the first."),
    )  # fmt: skip
    pack_factor = TypedDecimal(
        label=_("for packs of"), places=3, required=False,
        help_text=_("In base units; empty: for any quantity."),
    )  # fmt: skip
    valid_from = forms.DateField(label=_("valid from"), required=False, widget=DayInput())
    field_order = ["product", "amount", "minimum_quantity", "pack_factor", "valid_from", "valid_to"]

    def __init__(self, *args: Any, needs_day: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs_day:
            self.fields["valid_from"].required = True
            self.fields["valid_from"].help_text = _("Prices without a date are 1C's.")

    def clean_product(self) -> Any:
        product = product_by(self.cleaned_data["product"].strip())
        if product is None:
            raise ValidationError(_("There is no product with this article or code."))
        return product
