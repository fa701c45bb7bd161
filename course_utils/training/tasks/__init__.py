"""Tasks that ask for memory: each draws its data from a generator and knows its baselines.

Every module has a function that draws a :class:`~course_utils.training.model.Batch` (time first),
and functions for what a model without memory, or without learning, would reach.
"""
