"""Losses, optimisers, tasks and the fit loop."""
