"""Filters of delivery: why a method cannot be, when it goes."""

from django import template

from b2b_apps.delivery.quoting import Quote
from b2b_apps.delivery.words import weekdays_words
from b2b_apps.storefront.delivery_words import refusal_words, schedule_words

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
