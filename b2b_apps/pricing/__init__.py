"""Price lists and prices of many products at once."""
