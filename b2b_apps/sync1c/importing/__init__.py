"""Records of 1C's files into rows, a module per noun: docs/algorithms/exchange.md."""
