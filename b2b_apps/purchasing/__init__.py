"""From basket to order."""
