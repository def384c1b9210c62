"""Files of prices: what a row means, whose article it is, what it changes, loading and undoing."""
