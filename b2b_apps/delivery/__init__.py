"""How goods get to the buyer: methods, zones, days, windows, carriers; and what it costs."""
