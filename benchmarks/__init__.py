"""Figures beside a peer's, measured in the same run. `python -m benchmarks [NAME …]` runs them."""
