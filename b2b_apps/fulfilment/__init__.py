"""Shipments of an order."""
