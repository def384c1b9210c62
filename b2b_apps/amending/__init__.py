"""Orders after they are placed: who may change what till when, changes with their history."""
