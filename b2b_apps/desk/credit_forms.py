"""Forms of credit: a decision on a stopped order, the terms of an account."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from b2b_apps.contracts.decisions import Decided
from b2b_apps.contracts.models import CreditAccount, CreditDecision
from b2b_apps.contracts.services import CreditTerms
from b2b_apps.desk.forms import Dressed

Verdict = CreditDecision.Verdict


class DecisionForm(Dressed, forms.Form):
    """What to do with a stopped order, and why."""

    verdict = forms.ChoiceField(label=_("Decision"), choices=Verdict.choices)
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
        help_texts = {"limit": _("Empty: credit is not watched. 1C may change it again.")}

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"].strip()
        if not reason:
            raise ValidationError(_("Say why."))
        return reason

    def terms(self) -> CreditTerms:
        return CreditTerms(**{name: self.cleaned_data[name] for name in self.Meta.fields})
