"""Requests in Elasticsearch's language, the subset that every engine of ours understands."""
