"""Contracts and payment terms."""
