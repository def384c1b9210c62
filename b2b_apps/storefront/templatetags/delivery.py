"""Filters of delivery: why a method cannot be, when it goes."""

from datetime import datetime

from django import template
from django.utils.dateparse import parse_datetime

from b2b_apps.delivery.quoting import Quote
from b2b_apps.delivery.words import weekdays_words
from b2b_apps.storefront.delivery_words import refusal_words, schedule_words, unpriced_words

register = template.Library()


@register.filter
def refusal(quote: Quote) -> str:
    return refusal_words(quote)


@register.filter
def schedule(quote: Quote) -> str:
    return schedule_words(quote)


@register.filter
def weekdays(digits: str) -> str:
    return weekdays_words(digits)


@register.filter
def unpriced(quote: Quote) -> str:
    return unpriced_words(quote)


@register.filter
def moment(text: str) -> datetime | None:
    """A moment that is kept as text."""
    return parse_datetime(text) if text else None
