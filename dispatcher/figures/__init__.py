"""The service's figures (指标): rates, each with what it was counted from."""
