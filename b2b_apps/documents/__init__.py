"""Documents of an order and their makers."""
