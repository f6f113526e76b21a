"""Orders as tables for people: CSV and xlsx, of a query and of one order."""
