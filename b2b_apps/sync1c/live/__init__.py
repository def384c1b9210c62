"""Questions to 1C while a buyer waits: short, optional, never inside a transaction."""
