"""Rates of the Bank of Russia."""
