"""CommerceML files: read as a stream of records, orders written. Knows nothing of Django."""
