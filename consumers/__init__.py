"""The stages: one loop, and one file for each."""
