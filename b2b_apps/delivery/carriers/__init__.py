"""Carriers: what is asked of one, what it has told, and the prices that follow."""
