"""Engines behind one interface: ``base``; ``choice.engine()`` is the one of the settings."""
