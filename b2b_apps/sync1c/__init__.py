"""Exchange with 1C."""
