"""Transactions of approvals: budgets, requests, what a company has set up."""
