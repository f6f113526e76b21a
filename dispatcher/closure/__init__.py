"""Closure times: how long orders take until closed, with the open ones censored. Pure: no store, no clock."""
