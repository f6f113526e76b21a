"""Who handles an order, and its life until it is closed."""
