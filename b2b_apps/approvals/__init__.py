"""Approvals inside a client's company: departments, budgets, rules, requests."""
