"""Forms of the staff: only what is ours to change, never what 1C owns."""

from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from b2b_apps.companies.auth import account_by_email
from b2b_apps.companies.models import Counterparty, Employee, Manager
from b2b_apps.companies.roles import Role
from b2b_apps.companies.services import account_email_set
from b2b_apps.contracts.models import Contract
from b2b_apps.desk.price_words import VISIBILITY
from b2b_apps.desk.row_forms import Dressed, RowForm
from b2b_apps.sync1c.live.access import is_base_address, is_other_server
from b2b_apps.sync1c.models import ExchangeConnection


class Switch(RowForm):
    """A form with staff's own switch; what 1C switched off stays off whatever they choose."""

    switched = "is_active"
    # Who switches; noted where the row has a place for it.
    user_id: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        # Off since before it was noted by whom: as if it were by us.
        self.initial["is_off_by_staff"] = row.is_off_by_staff or not (
            getattr(row, self.switched) or row.is_off_by_1c
        )
        if row.is_off_by_1c:
            field = self.fields["is_off_by_staff"]
            field.help_text = format_lazy("{} {}", field.help_text, _("Off in 1C as it is."))

    def save(self, commit: bool = True) -> Any:
        row = self.instance
        setattr(row, self.switched, not (row.is_off_by_staff or row.is_off_by_1c))
        # A new row that is on was never switched.
        if "is_off_by_staff" in self.changed_data and (row.pk or row.is_off_by_staff):
            self.written_too.add(self.switched)
            if hasattr(row, "switched_at"):
                row.switched_by_id, row.switched_at = self.user_id, timezone.now()
                self.written_too |= {"switched_by", "switched_at"}
        return super().save(commit)


class CounterpartyForm(Switch):
    class Meta:
        model = Counterparty
        fields = ["manager", "region", "is_off_by_staff"]
        help_texts = {
            "manager": _("1C changes it again if it names another."),
            "is_off_by_staff": _("Its people can't sign in for it, whatever 1C says."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["manager"].queryset = Manager.objects.select_related("user")  # type: ignore[attr-defined]


class ContractForm(Switch):
    class Meta:
        model = Contract
        fields = ["is_off_by_staff"]
        help_texts = {"is_off_by_staff": _("Nobody can buy under it, whatever 1C says.")}


def warehouse_form() -> type[forms.ModelForm]:
    """Return the form of a warehouse; its model belongs to Oscar's fork."""

    class WarehouseForm(Switch):
        class Meta:
            model = apps.get_model("partner", "Partner")
            fields = ["short_name", "region", "position", "is_pickup_point", "is_off_by_staff"]
            help_texts = {
                "short_name": _("How tables head its column."),
                "is_off_by_staff": _(
                    "Its stock is not shown and can't be ordered, whatever 1C says."
                ),
            }

    return WarehouseForm


def product_form() -> type[forms.ModelForm]:
    """Return the form of a product; its model belongs to Oscar's fork."""

    class ProductForm(Switch):
        switched = "is_public"
        price_visibility = forms.ChoiceField(
            label=_("price"),
            choices=VISIBILITY.items(),
            required=False,
            help_text=_(
                "On request: for who has no agreed price. Hidden: nobody sees it, nobody orders."
            ),
        )

        def clean_price_visibility(self) -> str:
            return self.cleaned_data["price_visibility"] or self.instance.price_visibility

        class Meta:
            model = apps.get_model("catalogue", "Product")
            fields = ["price_visibility", "is_off_by_staff"]
            help_texts = {"is_off_by_staff": _("Nobody sees or orders it, whatever 1C sends.")}

    return ProductForm


class InviteForm(Dressed, forms.Form):
    """A person for a counterparty."""

    last_name = forms.CharField(label=_("last name"), max_length=150)
    first_name = forms.CharField(label=_("first name"), max_length=150)
    email = forms.EmailField(label=_("e-mail"), max_length=150)
    role = forms.ChoiceField(label=_("role"), choices=Role.choices, initial=Role.BUYER)


class PersonForm(RowForm):
    """Who the person is; the e-mail is what he signs in by."""

    first_name = forms.CharField(label=_("first name"), max_length=150)
    last_name = forms.CharField(label=_("last name"), max_length=150, required=False)
    email = forms.EmailField(label=_("e-mail"), max_length=150)
    is_active = forms.BooleanField(
        label=_("may sign in"), required=False, help_text=_("Switched off: the account is shut.")
    )

    class Meta:
        model = Employee
        fields = ["phone", "position"]

    field_order = ["last_name", "first_name", "email", "phone", "position", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        user = kwargs["instance"].user
        known = {
            name: getattr(user, name) for name in ("first_name", "last_name", "email", "is_active")
        }
        super().__init__(*args, initial=known, **kwargs)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        other = account_by_email(email)
        if other is not None and other.pk != self.instance.user_id:
            raise ValidationError(_("Another person signs in by this e-mail."))
        return email

    def save(self, commit: bool = True) -> Employee:
        employee: Employee = super().save(commit)
        user = employee.user
        for name in ("first_name", "last_name", "is_active"):
            setattr(user, name, self.cleaned_data[name])
        account_email_set(user=user, email=self.cleaned_data["email"])
        user.save(update_fields=["first_name", "last_name", "email", "username", "is_active"])
        return employee


class ManagerForm(RowForm):
    class Meta:
        model = Manager
        fields = ["position", "phone", "extension"]


class ConnectionForm(RowForm):
    class Meta:
        model = ExchangeConnection
        fields = ["name", "username", "organization", "encoding", "use_zip", "is_active"]
        help_texts = {
            "username": _("What 1C signs in by; the password is made by the portal."),
            "organization": _("Whose orders go to this base; empty: of all that have no base."),
            "encoding": _("windows-1251 suits most configurations of 1C."),
            "use_zip": _("Leave off unless the line is slow."),
        }

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"].strip()
        # HTTP Basic: the name ends at the first colon.
        if ":" in username:
            raise ValidationError(_("A colon can't be part of the user name."))
        return username


class LiveAccessForm(Dressed, forms.Form):
    """Where a base answers questions; the kept password is never shown."""

    url = forms.CharField(
        label=_("address for live prices"),
        max_length=500,
        required=False,
        help_text=_("The base's address on its web server, without /hs/…; empty: not asked."),
    )
    username = forms.CharField(label=_("user of 1C"), max_length=150, required=False)
    password = forms.CharField(
        label=_("password of 1C"),
        max_length=256,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Empty: the one that is kept stays."),
    )

    def __init__(self, *args: Any, connection: ExchangeConnection, **kwargs: Any) -> None:
        self.connection = connection
        known = {"url": connection.live_url, "username": connection.live_username}
        super().__init__(*args, initial=known, **kwargs)

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip().rstrip("/")
        if url and not is_base_address(url):
            raise ValidationError(
                _("An address like https://server/base: encrypted, without name, query or anchor.")
            )
        return url

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"].strip()
        if ":" in username:
            raise ValidationError(_("A colon can't be part of the user name."))
        return username

    def clean(self) -> dict[str, Any]:
        """A password that was meant for one server is not sent to another."""
        values: dict[str, Any] = super().clean() or {}
        url = values.get("url", "")
        if url and not values.get("password") and is_other_server(url, self.connection.live_url):
            self.add_error("password", _("Type the password: it is for this server now."))
        return values
