"""Who sees which products and sections (B9), and the labels of products (B11)."""
