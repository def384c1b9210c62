"""A file of fast entry, from its upload to rows of the list."""
