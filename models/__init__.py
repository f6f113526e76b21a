"""The shared vocabulary: data models and ports; depends on the standard library and pydantic only."""
