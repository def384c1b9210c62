"""Lists of goods that are kept: templates, and what was ordered before."""
