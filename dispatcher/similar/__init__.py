"""Orders about the same thing: sketches, near-duplicates with their reasons, and matters that suddenly grow."""
