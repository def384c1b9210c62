"""Sums in words: numbers, genders and cases."""

from decimal import Decimal

import pytest

from b2b_apps.documents.words import CurrencyUnknownError, SumNotWritableError, sum_in_words

ROUBLES = [
    ("0", "Ноль рублей 00 копеек"),
    ("0.01", "Ноль рублей 01 копейка"),
    ("1", "Один рубль 00 копеек"),
    ("2.02", "Два рубля 02 копейки"),
    ("5.05", "Пять рублей 05 копеек"),
    ("11.11", "Одиннадцать рублей 11 копеек"),
    ("14.14", "Четырнадцать рублей 14 копеек"),
    ("21.21", "Двадцать один рубль 21 копейка"),
    ("22.22", "Двадцать два рубля 22 копейки"),
    ("100", "Сто рублей 00 копеек"),
    ("111.99", "Сто одиннадцать рублей 99 копеек"),
    ("244.00", "Двести сорок четыре рубля 00 копеек"),
    ("1000", "Одна тысяча рублей 00 копеек"),
    ("1001", "Одна тысяча один рубль 00 копеек"),
    ("2000", "Две тысячи рублей 00 копеек"),
    ("2002.20", "Две тысячи два рубля 20 копеек"),
    ("11000", "Одиннадцать тысяч рублей 00 копеек"),
    ("21000", "Двадцать одна тысяча рублей 00 копеек"),
    ("488160.80", "Четыреста восемьдесят восемь тысяч сто шестьдесят рублей 80 копеек"),
    ("1000000", "Один миллион рублей 00 копеек"),
    ("2000001", "Два миллиона один рубль 00 копеек"),
    ("1000000000", "Один миллиард рублей 00 копеек"),
    ("1000000000000", "Один триллион рублей 00 копеек"),
    (
        "999999999999.99",
        (
            "Девятьсот девяносто девять миллиардов девятьсот девяносто девять миллионов девятьсот "
            "девяносто девять тысяч девятьсот девяносто девять рублей 99 копеек"
        ),
    ),
]
CURRENCIES = [
    ("1.01", "EUR", "Один евро 01 цент"),
    ("2.02", "EUR", "Два евро 02 цента"),
    ("1.00", "USD", "Один доллар США 00 центов"),
    ("3.03", "USD", "Три доллара США 03 цента"),
    ("25.00", "USD", "Двадцать пять долларов США 00 центов"),
    ("1.01", "KZT", "Один тенге 01 тиын"),
    ("1002.50", "KZT", "Одна тысяча два тенге 50 тиынов"),
    ("21.21", "BYN", "Двадцать один белорусский рубль 21 копейка"),
    ("22.00", "BYN", "Двадцать два белорусских рубля 00 копеек"),
    ("25.00", "BYN", "Двадцать пять белорусских рублей 00 копеек"),
]


@pytest.mark.parametrize(("amount", "words"), ROUBLES)
def test_roubles_in_words(amount, words):
    assert sum_in_words(Decimal(amount)) == words


@pytest.mark.parametrize(("amount", "currency", "words"), CURRENCIES)
def test_other_currencies_in_words(amount, currency, words):
    assert sum_in_words(Decimal(amount), currency) == words


@pytest.mark.parametrize("amount", ["-0.01", "-5", "1.005", "NaN", "Infinity"])
def test_a_sum_that_nobody_pays_is_refused_with_the_sum(amount):
    with pytest.raises(SumNotWritableError) as refusal:
        sum_in_words(Decimal(amount))

    assert str(refusal.value.amount) == amount


def test_a_currency_without_words_is_refused_by_its_code():
    with pytest.raises(CurrencyUnknownError) as refusal:
        sum_in_words(Decimal(1), "XAU")

    assert refusal.value.currency == "XAU"
