"""What a text is made of: terms of documents and of what is typed, found in the same way."""
