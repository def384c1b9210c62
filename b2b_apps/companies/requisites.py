"""Russian company identifiers: ИНН, КПП and ОГРН."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError as WrongNumber
from stdnum.ru import inn as stdnum_inn
from stdnum.ru import ogrn as stdnum_ogrn

# Order ММВ-7-6/435@: tax office, reason of registration, serial number. It has no control sum.
KPP = re.compile(r"\d{4}[0-9A-Z]{2}\d{3}")


def inn_compact(value: str) -> str:
    """Return an ИНН without the spaces that people put into it."""
    return str(stdnum_inn.compact(value))


def validate_inn(value: str) -> None:
    """Check the length and both control digits of an ИНН; empty is allowed."""
    try:
        stdnum_inn.validate(value)
    except WrongNumber as error:
        raise ValidationError(
            _("%(value)s is no valid INN: check the digits."),
            code="inn",
            params={"value": value},
        ) from error


def validate_ogrn(value: str) -> None:
    """Check the length and the control digit of an ОГРН or ОГРНИП."""
    try:
        stdnum_ogrn.validate(value)
    except WrongNumber as error:
        raise ValidationError(
            _("%(value)s is no valid OGRN: check the digits."),
            code="ogrn",
            params={"value": value},
        ) from error


def validate_kpp(value: str) -> None:
    """Check the form of a КПП: nine characters, the fifth and sixth may be Latin letters."""
    if not KPP.fullmatch(value):
        raise ValidationError(
            _("%(value)s is no valid KPP: nine characters are expected."),
            code="kpp",
            params={"value": value},
        )
