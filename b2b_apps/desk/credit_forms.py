"""Forms of credit: a decision on a stopped order, the terms of an account."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from b2b_apps.contracts.decisions import Decided
from b2b_apps.contracts.models import Contract, CreditAccount, CreditDecision
from b2b_apps.contracts.services import CreditTerms
from b2b_apps.contracts.terms import ContractTerms
from b2b_apps.desk.price_forms import DayInput
from b2b_apps.desk.row_forms import Dressed
from b2b_apps.pricing.models import PriceList

Verdict = CreditDecision.Verdict


class DecisionForm(Dressed, forms.Form):
    """What to do with a stopped order, and why."""

    verdict = forms.ChoiceField(
        label=_("Decision"),
        choices=Verdict.choices,
        widget=forms.RadioSelect(attrs={"class": ""}),
    )
    payment_sum = forms.DecimalField(
        label=_("payment to wait for"),
        max_digits=14,
        decimal_places=2,
        min_value=0,
        required=False,
        localize=True,
    )
    payment_until = forms.DateField(
        label=_("until"), required=False, input_formats=["%d.%m.%Y", "%Y-%m-%d"]
    )
    reason = forms.CharField(label=_("reason"), max_length=500)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("verdict") != Verdict.AFTER_PAYMENT:
            return cleaned
        if not cleaned.get("payment_sum"):
            self.add_error("payment_sum", _("Enter the sum to wait for."))
        until = cleaned.get("payment_until")
        if until is None or until < timezone.localdate():
            self.add_error("payment_until", _("From today on."))
        return cleaned

    def decided(self) -> Decided:
        data = self.cleaned_data
        return Decided(data["verdict"], data["reason"], data["payment_sum"], data["payment_until"])


class ProlongForm(Dressed, forms.Form):
    """One day for the limits that were chosen, and why."""

    until = forms.DateField(label=_("limit valid to"), input_formats=["%d.%m.%Y", "%Y-%m-%d"])
    reason = forms.CharField(label=_("reason"), max_length=500)

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until < timezone.localdate():
            raise ValidationError(_("From today on."))
        return until


class TermsForm(Dressed, forms.ModelForm):
    """Limit, mode and grace; each change has its reason."""

    reason = forms.CharField(label=_("reason"), max_length=500)

    class Meta:
        model = CreditAccount
        fields = ["limit", "limit_valid_to", "mode", "blocks_on_overdue", "grace_days"]
        localized_fields = ["limit"]
        help_texts = {"limit": _("Empty: credit is not watched. 1C may change it again.")}

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"].strip()
        if not reason:
            raise ValidationError(_("Say why."))
        return reason

    def terms(self) -> CreditTerms:
        return CreditTerms(**{name: self.cleaned_data[name] for name in self.Meta.fields})


class ContractTermsForm(Dressed, forms.ModelForm):
    """When a client pays, at which prices he buys and until when; each change has its reason."""

    reason = forms.CharField(label=_("reason"), max_length=500)

    class Meta:
        model = Contract
        fields = ["payment_kind", "deferral_days", "prepaid_percent", "price_type", "valid_to"]
        widgets = {"valid_to": DayInput()}
        help_texts = {
            "deferral_days": _("After shipment; of a prepayment none."),
            "prepaid_percent": _("Only where a part is paid in advance."),
            "valid_to": _("The last day on which one may buy under it; empty: without end."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shared = Q(kind=PriceList.Kind.PRICE_TYPE, is_cost=False)
        rows = PriceList.objects.filter(shared | Q(pk=self.instance.price_type_id))
        self.fields["price_type"].queryset = rows.order_by("name")  # type: ignore[attr-defined]
        for name in ("deferral_days", "prepaid_percent"):
            self.fields[name].required = False

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"].strip()
        if not reason:
            raise ValidationError(_("Say why."))
        return reason

    def clean(self) -> dict[str, Any]:
        """Days and advance as the way of payment reads them; the rest of them is nothing."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        kinds, kind = Contract.PaymentKind, data.get("payment_kind")
        if kind == kinds.PREPAYMENT or not data.get("deferral_days"):
            data["deferral_days"] = 0
        if kind != kinds.STAGES or not data.get("prepaid_percent"):
            data["prepaid_percent"] = Decimal(0)
        if kind == kinds.DEFERRAL and not data["deferral_days"]:
            self.add_error("deferral_days", _("Say how many days."))
        if kind == kinds.STAGES and not data["prepaid_percent"]:
            self.add_error("prepaid_percent", _("Say how much is paid in advance."))
        ends, starts = data.get("valid_to"), self.instance.valid_from
        if ends and starts and ends < starts:
            self.add_error("valid_to", _("It ends before it begins."))
        return data

    def terms(self) -> ContractTerms:
        data = self.cleaned_data
        return ContractTerms(
            payment_kind=data["payment_kind"],
            deferral_days=data["deferral_days"],
            prepaid_percent=data["prepaid_percent"],
            price_type_id=data["price_type"].pk,
            valid_to=data["valid_to"],
        )
