"""Tests of prices: chain, rules, rates, thresholds, traces."""
