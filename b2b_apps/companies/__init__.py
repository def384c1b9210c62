"""Organizations, holdings, counterparties, employees, managers."""
