"""A context's prices in a search: order, range and spread. See docs/algorithms/search.md, 5."""
