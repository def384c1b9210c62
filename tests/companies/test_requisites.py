"""Control sums of company identifiers."""

import pytest
from django.core.exceptions import ValidationError

from b2b_apps.companies.requisites import validate_inn, validate_kpp, validate_ogrn


@pytest.mark.parametrize("value", ["7707083893", "500100732259"])
def test_an_inn_with_right_digits_is_accepted(value):
    validate_inn(value)


@pytest.mark.parametrize("value", ["7707083894", "770708389", "500100732258", "77070838930", "ИНН"])
def test_an_inn_with_a_wrong_digit_or_length_is_refused(value):
    with pytest.raises(ValidationError) as refused:
        validate_inn(value)

    assert refused.value.code == "inn"


@pytest.mark.parametrize("value", ["1027700132195", "304500116000157"])
def test_an_ogrn_with_right_digits_is_accepted(value):
    validate_ogrn(value)


@pytest.mark.parametrize("value", ["1027700132196", "102770013219", "304500116000158"])
def test_an_ogrn_with_a_wrong_digit_or_length_is_refused(value):
    with pytest.raises(ValidationError) as refused:
        validate_ogrn(value)

    assert refused.value.code == "ogrn"


def test_a_kpp_may_have_letters_in_the_middle_only():
    validate_kpp("770701001")
    validate_kpp("7707AB001")

    for wrong in ("77070100", "A70701001", "7707010011", "7707аб001"):
        with pytest.raises(ValidationError):
            validate_kpp(wrong)
