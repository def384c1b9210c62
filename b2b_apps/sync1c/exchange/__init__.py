"""The HTTP endpoint that 1C speaks to: docs/algorithms/exchange.md."""
