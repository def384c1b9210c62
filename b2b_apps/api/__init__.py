"""JSON for programs and scripts of the buyer; no logic of its own."""
