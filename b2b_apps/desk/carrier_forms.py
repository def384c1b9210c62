"""The forms of accounts with carriers and with who suggests addresses, and of a named price."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from b2b_apps.desk.row_forms import Dressed
from b2b_apps.integrations.models import AddressService, CarrierAccount
from b2b_apps.sync1c.live.access import is_base_address, is_other_server

FIELDS = [
    "is_active", "url", "client_id", "kg_per_piece", "sender_company", "sender_name",
    "sender_phone",
]  # fmt: skip


class SealedForm(Dressed, forms.ModelForm):
    """An account with another server, whose secret is kept sealed and never shown.

    ``sealed`` is the field in which it is typed, ``retype`` and ``lacks`` what is said where it
    is missing: for another server than before, or at all.
    """

    sealed = ""
    retype: Any = ""
    lacks: Any = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.was = (self.instance.url, bool(getattr(self.instance, self.sealed)))

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip().rstrip("/")
        if not is_base_address(url):
            raise ValidationError(
                _("An address like https://server/v2: encrypted, without name, query or anchor.")
            )
        return url

    def clean(self) -> dict[str, Any]:
        """A secret that was meant for one server is not sent to another."""
        values: dict[str, Any] = super().clean() or {}
        url, has_secret = self.was
        if values.get(self.sealed) or "url" not in values:
            return values
        if has_secret and is_other_server(values["url"], url):
            self.add_error(self.sealed, self.retype)
        elif not has_secret and values.get("is_active"):
            self.add_error(self.sealed, self.lacks)
        return values


class CarrierForm(SealedForm):
    """How we sign in to a carrier, and who hands over."""

    sealed = "secret"
    retype = _("Type the secret: it is for this server now.")
    lacks = _("Without it the carrier does not let us in.")

    secret = forms.CharField(
        label=_("secret key (Secure password)"),
        max_length=256,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Empty: the one that is kept stays."),
    )
    kg_per_piece = forms.DecimalField(
        label=_("a place weighs at most, kg"),
        min_value=Decimal(1),
        max_value=Decimal(1000),
        decimal_places=3,
        localize=True,
        help_text=_("A parcel is divided into like places, none heavier than this."),
    )

    class Meta:
        model = CarrierAccount
        fields = FIELDS
        help_texts = {
            "url": _("https://api.cdek.ru/v2, for trials https://api.edu.cdek.ru/v2"),
            "is_active": _("Switched off, the checkout says that the manager names the price."),
            "sender_company": _("The sender is who hands the goods over to the carrier."),
        }

    field_order = [
        "is_active", "url", "client_id", "secret", "kg_per_piece", "sender_company",
        "sender_name", "sender_phone",
    ]  # fmt: skip

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed, for ``account_set``."""
        return {name: self.cleaned_data[name] for name in FIELDS}


class CarriageForm(Dressed, forms.Form):
    """What a delivery costs, VAT inside."""

    price = forms.DecimalField(
        label=_("Price of delivery, with VAT"),
        min_value=Decimal(0),
        max_value=Decimal(10_000_000),
        decimal_places=2,
        localize=True,
    )


class AddressServiceForm(SealedForm):
    """Who suggests addresses."""

    sealed = "key"
    retype = _("Type the key: it is for this server now.")
    lacks = _("Without it the service does not answer.")

    key = forms.CharField(
        label=_("key of the service (API key)"),
        max_length=128,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Empty: the one that is kept stays."),
    )

    class Meta:
        model = AddressService
        fields = ["is_active", "url"]
        help_texts = {"is_active": _("Switched off, an address is typed as it is.")}
