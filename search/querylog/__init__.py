"""What people searched for: for the staff's reports, and as suggestions of their own."""
