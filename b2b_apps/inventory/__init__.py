"""Regions, stock of many products at once, holds."""
