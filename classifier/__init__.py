"""Chinese text in, calibrated probabilities and reasons out."""
