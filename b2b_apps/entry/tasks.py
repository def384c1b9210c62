"""Entry points of the clock and of the outbox."""
