"""Engines behind one interface: ``base``."""
