"""СДЭК: prices, cities and delivery points, consignments and how far they have come."""
