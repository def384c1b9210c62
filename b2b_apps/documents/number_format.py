"""Numbers and dates as Russian forms print them. Nothing is rounded here."""

import datetime as dt
from decimal import Decimal

NO_BREAK_SPACE = "\u00a0"
MONTHS = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)
CURRENCY_SIGNS = {"RUB": "₽", "EUR": "€", "USD": "$", "KZT": "₸"}


def number_text(value: Decimal, *, decimals: int = 0) -> str:
    """Return «1 234,5»: at least ``decimals`` after the comma, more where the value has more."""
    digits, _, fraction = f"{value:f}".partition(".")
    fraction = fraction.rstrip("0").ljust(decimals, "0")
    grouped = f"{int(digits):,}".replace(",", NO_BREAK_SPACE)
    sign = "-" if digits.startswith("-") and not grouped.startswith("-") else ""
    return f"{sign}{grouped},{fraction}" if fraction else f"{sign}{grouped}"


def money_text(amount: Decimal) -> str:
    """Return «1 234,50»."""
    return number_text(amount, decimals=2)


def currency_sign(currency: str) -> str:
    """Return the sign of a currency, or its code where our print fonts have no sign."""
    return CURRENCY_SIGNS.get(currency, currency)


def long_date(date: dt.date) -> str:
    """Return «17 ноября 2026 г.»."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year} г."


def short_date(date: dt.date) -> str:
    """Return «17.11.2026»."""
    return f"{date:%d.%m.%Y}"
