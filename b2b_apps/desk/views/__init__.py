"""Pages of the staff, a module per noun."""
