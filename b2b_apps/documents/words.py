"""A sum of money in Russian words, as printed forms spell it."""

from decimal import Decimal

from num2words import num2words

from b2b_apps.core.money import HUNDRED, KOPECK

# Units and hundredths after 1, 2 and 5. All units are masculine: the words of the number
# need no gender of their own, and the hundredths are printed as digits.
CURRENCY_FORMS = {
    "RUB": (("рубль", "рубля", "рублей"), ("копейка", "копейки", "копеек")),
    "EUR": (("евро", "евро", "евро"), ("цент", "цента", "центов")),
    "USD": (("доллар США", "доллара США", "долларов США"), ("цент", "цента", "центов")),
    "KZT": (("тенге", "тенге", "тенге"), ("тиын", "тиына", "тиынов")),
    "BYN": (
        ("белорусский рубль", "белорусских рубля", "белорусских рублей"),
        ("копейка", "копейки", "копеек"),
    ),
}


class SumNotWritableError(ValueError):
    """``amount`` is negative, or not a whole number of hundredths."""

    def __init__(self, amount: Decimal) -> None:
        super().__init__(amount)
        self.amount = amount


class CurrencyUnknownError(LookupError):
    """The words of ``currency`` (ISO code) are not known."""

    def __init__(self, currency: str) -> None:
        super().__init__(currency)
        self.currency = currency


def sum_in_words(amount: Decimal, currency: str = "RUB") -> str:
    """Return ``amount`` as «Двести сорок четыре рубля 00 копеек».

    The sum is never rounded here: SumNotWritableError if it is negative or holds parts of
    a kopeck, CurrencyUnknownError if ``currency`` is none of ``CURRENCY_FORMS``.
    """
    if currency not in CURRENCY_FORMS:
        raise CurrencyUnknownError(currency)
    if not amount.is_finite() or amount < 0 or amount % KOPECK:
        raise SumNotWritableError(amount)
    units, hundredths = divmod(int(amount * HUNDRED), 100)
    unit_forms, hundredth_forms = CURRENCY_FORMS[currency]
    words = num2words(units, lang="ru")
    return (
        f"{words[0].upper()}{words[1:]} {plural(units, unit_forms)} "
        f"{hundredths:02d} {plural(hundredths, hundredth_forms)}"
    )


def plural(number: int, forms: tuple[str, str, str]) -> str:
    """Return the form of a Russian noun that goes with ``number``: one, few or many."""
    if number % 100 in range(11, 15):
        return forms[2]
    if number % 10 == 1:
        return forms[0]
    return forms[1] if number % 10 in (2, 3, 4) else forms[2]
