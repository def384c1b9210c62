"""Shell of the buyer's site."""
