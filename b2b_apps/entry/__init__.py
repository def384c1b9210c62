"""Fast entry: from a list of articles, pasted, scanned or in a file, to the basket."""
