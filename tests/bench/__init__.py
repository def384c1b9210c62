"""Measurements: each row states its work, ours, the baseline of the same run and the ratio."""
