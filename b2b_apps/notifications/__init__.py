"""The chat of an order: its buyers and the staff, what is unread, letters about it."""
