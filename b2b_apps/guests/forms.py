"""What a guest says of himself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from b2b_apps.companies.requisites import inn_compact
from b2b_apps.guests.models import GuestRequest

FIELDS = ("inn", "company", "person", "phone", "email", "comment")


class RequestForm(forms.ModelForm):
    """A company by its ИНН, a person, and his consent; ``website`` is for machines alone."""

    # Longer than an ИНН: people write it with spaces.
    inn = forms.CharField(label=_("INN"), max_length=24)
    consent = forms.BooleanField(
        label=_("I agree that my personal data are processed to answer this request"),
        error_messages={"required": _("Without your consent we may not keep your request.")},
    )
    website = forms.CharField(required=False, max_length=200)

    class Meta:
        model = GuestRequest
        fields = FIELDS

    @property
    def is_machines(self) -> bool:
        """Whether the field was filled that nobody sees."""
        return bool(self.data.get("website"))

    def clean_inn(self) -> str:
        return inn_compact(self.cleaned_data["inn"])

    def told(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS}
