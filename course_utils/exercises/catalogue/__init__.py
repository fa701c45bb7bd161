"""The exercises, one readable module each; a module lists its own in ``EXERCISES``.

To add one, write a module here: `sample` draws the numbers, `reference` works the solution over the
rules and yields each part, `RULES` name the slips, `statement` and `worked` are what is read. Then
run ``pytest tests/exercises``: every exercise of the catalogue is held to the same demands.
"""
