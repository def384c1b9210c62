"""Forms of a rate by hand and of a threshold of the basket's sum."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from b2b_apps.core.figures import quantity_text, rate_text
from b2b_apps.desk.row_forms import Dressed, RowForm, Warned
from b2b_apps.pricing.conversion import ROUBLE
from b2b_apps.pricing.models import PriceList, PriceThreshold
from b2b_apps.pricing.preview import goods_dearer_in
from b2b_apps.pricing.rates import bank_rate

# A rate this many times the bank's, or as many times below it, is rather a slip of the hand.
FAR_FROM_BANK = Decimal("1.3")


class RateForm(Dressed, Warned):
    """A rate by hand. One far from the bank's is taken when it is saved once more."""

    currency = forms.RegexField(
        r"^\s*[A-Za-z]{3}\s*$",
        label=_("currency"),
        max_length=5,
        error_messages={"invalid": _("Three letters, such as RUB or EUR.")},
    )
    day = forms.DateField(
        label=_("from the day"), input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        initial=timezone.localdate,
    )  # fmt: skip
    rate = forms.DecimalField(
        label=_("roubles per unit"),
        max_digits=18,
        decimal_places=8,
        localize=True,
        help_text=_("Per one unit, also where the bank names a hundred or ten thousand."),
    )

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"].strip().upper()
        if currency == ROUBLE:
            raise forms.ValidationError(_("The rouble has no rate to itself."))
        return currency

    def clean_rate(self) -> Any:
        rate = self.cleaned_data["rate"]
        if rate <= 0:
            raise forms.ValidationError(_("Above zero."))
        return rate

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned.pop("warned_of", None)
        if {"currency", "day", "rate"} <= cleaned.keys():
            self._compare_with_bank(cleaned["currency"], cleaned["day"], cleaned["rate"])
        return cleaned

    def _compare_with_bank(self, currency: str, day: date, rate: Decimal) -> None:
        bank = bank_rate(currency=currency, day=day)
        if bank is None or bank / FAR_FROM_BANK <= rate <= bank * FAR_FROM_BANK:
            return
        text = _("The Bank of Russia's is %(bank)s. Save once more if yours is to stand.")
        self.warn("rate", f"{currency} {rate}", text % {"bank": rate_text(bank)})


class ThresholdForm(Warned, RowForm):
    class Meta:
        model = PriceThreshold
        fields = ["price_list", "minimum_sum", "target", "is_active"]
        localized_fields = ["minimum_sum"]
        help_texts = {
            "price_list": _("Whose baskets are watched: those of contracts with this price type."),
            "minimum_sum": _("With VAT, at usual prices, in the currency of the price type."),
            "target": _("Prices of projects and of the contract stay stronger."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = PriceList.objects.filter(kind=PriceList.Kind.PRICE_TYPE, is_cost=False)
        for name in ("price_list", "target"):
            self.fields[name].queryset = types.order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("target") and cleaned["target"] == cleaned.get("price_list"):
            self.add_error("target", _("Choose another price type than the one that is watched."))
        if {"price_list", "target", "minimum_sum"} <= cleaned.keys() and not self.errors:
            self._warn_of_dearer(cleaned["price_list"], cleaned["target"])
        return cleaned

    def _warn_of_dearer(self, usual: PriceList, target: PriceList) -> None:
        """A buyer whose prices rise because he buys more would not come back."""
        if dearer := goods_dearer_in(usual=usual, target=target):
            text = ngettext(
                "With it %(number)s product becomes dearer. Save once more if that is meant.",
                "With it %(number)s products become dearer. Save once more if that is meant.",
                dearer,
            ) % {"number": quantity_text(Decimal(dearer))}
            self.warn("target", f"{usual.pk} {target.pk}", text)
