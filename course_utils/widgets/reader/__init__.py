"""A small language model that reads along: its English, its training, and what it holds."""
