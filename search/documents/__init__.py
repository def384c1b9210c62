"""Rows of the database as documents: ``maker.DocumentMaker``."""
