"""Every URL name of the portal, from the resolver."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def url_names() -> set[str]:
    """Return each URL's name with its namespaces; a nameless URL shows as its pattern."""
    return set(_walk(get_resolver().url_patterns, ()))


def _walk(patterns: list[URLPattern | URLResolver], namespaces: tuple[str, ...]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _walk(pattern.url_patterns, inner)
        else:
            yield ":".join((*namespaces, pattern.name or f"<{pattern.pattern}>"))
