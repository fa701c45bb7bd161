"""Notebooks as files: cleaning them and comparing generated ones."""
