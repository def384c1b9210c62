"""1C for the demo and for tests: a process of its own that speaks the exchange as 1C does."""
