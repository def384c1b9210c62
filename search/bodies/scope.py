"""What a context may find at all."""

from typing import NamedTuple

from b2b_apps.core.context import TradeContext
from search.engines.base import Body


class Scope(NamedTuple):
    """Clauses that every document has to meet, and those that none may."""

    filters: tuple[Body, ...] = ()
    must_not: tuple[Body, ...] = ()


def scope_filters(context: TradeContext) -> Scope:
    """Return the limits of what a context finds, facets and counts included. No query.

    Every public row is everybody's as long as contracts have no assortments of their own.
    """
    return Scope()
