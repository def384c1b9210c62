"""Words of the trade: synonyms that a new portal starts with."""
