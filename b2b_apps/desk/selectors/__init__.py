"""What the pages of the staff ask the database, a module per noun."""
